// Everything that computes, away from the page's own thread: drawing stays smooth while a network trains.
import { serveModels } from '@nablajs/model/web';
import { engines } from './engines.ts';

serveModels(globalThis, { backends: Object.fromEntries(engines.map(({ id, open }) => [id, open])) });
