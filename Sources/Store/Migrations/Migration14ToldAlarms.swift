/// Stores the reported alarms that still hold, so that a restarted coordinator reports every alarm exactly once.
enum Migration14ToldAlarms: Migration {
  static let identifier = "9 told alarms"

  static let statements = [alarms]

  private static let alarms = """
    CREATE TABLE told_alarms (
      kind TEXT NOT NULL CHECK (kind IN ('mac.conflict', 'vm.double-run')),
      key TEXT NOT NULL CHECK (length(key) > 0),
      PRIMARY KEY (kind, key)
    ) STRICT, WITHOUT ROWID;
    """
}
