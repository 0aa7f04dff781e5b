import { describeChecks } from './describe-checks.ts';

describeChecks('core-0.17', 'one embedded server and SQLite');
