/// Adds the cursors of MAC pools that agents remember of a lost database, by range: a pool with that range continues
/// there.
enum Migration7Cursors: Migration {
  static let identifier = "7 told cursors"

  static let statements = [cursors]

  private static let cursors = """
    CREATE TABLE told_cursors (
      first INTEGER NOT NULL CHECK (first BETWEEN 1 AND 281474976710655 AND (first >> 40) & 1 = 0),
      last INTEGER NOT NULL CHECK (last BETWEEN first AND 281474976710655 AND last >> 40 = first >> 40),
      cursor INTEGER NOT NULL CHECK (cursor BETWEEN 1 AND 281474976710656),
      PRIMARY KEY (first, last)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER told_cursor_is_kept BEFORE DELETE ON told_cursors
      BEGIN SELECT RAISE(ABORT, 'ledger.fixed'); END;
    CREATE TRIGGER told_cursor_never_goes_back BEFORE UPDATE ON told_cursors
      WHEN NEW.first IS NOT OLD.first OR NEW.last IS NOT OLD.last OR NEW.cursor < OLD.cursor
      BEGIN SELECT RAISE(ABORT, 'cursor.back'); END;
    """
}
