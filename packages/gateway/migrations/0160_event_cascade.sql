-- An append names the thread whose row it has locked and changed in the same statement, so there is nothing for a foreign
-- key to find; to look cost a quarter of an append. What it did besides stays: with a thread its events go.

-- In the order in which appends take them: the constraint alone would take them the other way round, and meet one half-way.
LOCK TABLE threads, events IN ACCESS EXCLUSIVE MODE;
ALTER TABLE events DROP CONSTRAINT events_thread_id_fkey;

CREATE FUNCTION delete_events_of_threads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- By name of the schema: whoever deletes may have another search path.
  EXECUTE format('DELETE FROM %I.events USING gone WHERE events.thread_id = gone.thread_id', TG_TABLE_SCHEMA);
  RETURN NULL;
END
$$;
CREATE TRIGGER threads_delete_events AFTER DELETE ON threads
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION delete_events_of_threads();
