import { reference } from '@nablajs/backend-reference';
import { describeBackend } from '@nablajs/testkit';

describeBackend(() => reference());
