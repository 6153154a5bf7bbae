import { startPostgres } from '../support/postgres.js';
import { storeContract } from './store.contract.js';

storeContract('PostgreSQL', async () => {
  const server = await startPostgres();
  return { fresh: () => server.database(), close: () => server.close() };
});
