/** Counts a hold: a process that held the ledger before is fenced by it. `$1` is the ledger's id in both statements, `$2` the epoch. */
export const NEXT_EPOCH = `insert into ingest_epoch (ledger, epoch) values ($1, 1)
  on conflict (ledger) do update set epoch = ingest_epoch.epoch + 1 returning epoch`;
export const SET_EPOCH = 'update ledger set epoch = $2 where id = $1';
