import { describeChecks } from './describe-checks.ts';

describeChecks('core-0.21', 'two processes and PostgreSQL');
