/// Permits deleting old events: only the oldest one, and never the newest, so that the rest has no gap and the numbers
/// continue.
enum Migration6Pruning: Migration {
  static let identifier = "6 pruning"

  static let statements = [events, requests]

  private static let events = """
    DROP TRIGGER event_is_kept;
    CREATE TRIGGER event_is_kept BEFORE DELETE ON events
      WHEN EXISTS (SELECT 1 FROM events WHERE number = OLD.number - 1)
        OR NOT EXISTS (SELECT 1 FROM events WHERE number = OLD.number + 1)
      BEGIN SELECT RAISE(ABORT, 'event.fixed'); END;
    """

  private static let requests = """
    CREATE TRIGGER request_is_kept_while_it_runs BEFORE DELETE ON requests
      WHEN EXISTS (SELECT 1 FROM operations WHERE id = OLD.operation_id AND state IN ('pending', 'running'))
      BEGIN SELECT RAISE(ABORT, 'request.fixed'); END;
    """
}
