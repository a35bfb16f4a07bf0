// @ts-check
import { recall } from './core/storage.js';

// Who is signed in came to talk.
if (recall('session')) location.replace('/app');
