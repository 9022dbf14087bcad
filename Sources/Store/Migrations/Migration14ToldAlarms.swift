/// The alarms that were told and still hold, so that a coordinator that starts again tells what it has not told yet
/// and nothing twice.
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
