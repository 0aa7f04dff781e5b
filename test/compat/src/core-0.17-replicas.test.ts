import { describeChecks } from './describe-checks.ts';

describeChecks('core-0.17', 'two processes and PostgreSQL');
