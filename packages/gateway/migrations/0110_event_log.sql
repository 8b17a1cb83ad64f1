-- A deleted thread has no owner, so that every query by owner misses it. Its row and the end of its log stay for a
-- while: readers on other processes still read how its runs ended, and owners who could not be told are told later.
ALTER TABLE threads
  ALTER COLUMN owner_id DROP NOT NULL,
  ADD COLUMN deleted_owner_id text,
  ADD COLUMN deleted_at timestamptz,
  ADD CONSTRAINT threads_owned_or_deleted CHECK ((owner_id IS NULL) = (deleted_at IS NOT NULL)),
  ADD CONSTRAINT threads_deleted_of CHECK ((deleted_owner_id IS NULL) = (deleted_at IS NULL));
CREATE INDEX threads_deleted ON threads (deleted_at) WHERE deleted_at IS NOT NULL;

-- Each append updates its thread's row: room on the page keeps that from touching the indexes.
ALTER TABLE threads SET (fillfactor = 50);
