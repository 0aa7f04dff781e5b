import { describeChecks } from './describe-checks.ts';

describeChecks('core-0.21', 'one embedded server and SQLite');
