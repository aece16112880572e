export { cpu } from '@nablajs/backend-cpu';
