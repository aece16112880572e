import { tfjs } from '@nablajs/backend-tfjs';
import { describeBackend } from '@nablajs/testkit';

describeBackend(() => tfjs({ engine: 'cpu' }));
