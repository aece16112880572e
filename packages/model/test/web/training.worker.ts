import { cpu } from '@nablajs/backend-cpu';
import { serveModels } from '@nablajs/model/web';
import { BackendUnavailableError } from '@nablajs/tensor';

serveModels(self, {
  backends: {
    cpu: () => cpu(),
    missing: () => {
      throw new BackendUnavailableError('there is no such device here');
    },
  },
});
