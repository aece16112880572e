import { cpu } from '@nablajs/backend-cpu';
import { describeBackend } from '@nablajs/testkit';

describeBackend(() => cpu());
