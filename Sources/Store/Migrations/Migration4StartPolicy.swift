/// Adds the policy for starts past Roost, and the accepted shared addresses.
enum Migration4StartPolicy: Migration {
  static let identifier = "4 start policy"

  static let statements = [policy, networks, accepted]

  private static let policy = """
    CREATE TABLE start_policy (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      out_of_band TEXT NOT NULL CHECK (out_of_band IN ('observe', 'warn', 'block')),
      unanswered TEXT NOT NULL CHECK (unanswered IN ('fail-open', 'fail-closed'))
    ) STRICT;
    INSERT INTO start_policy (only, out_of_band, unanswered) VALUES (1, 'warn', 'fail-open');
    """

  private static let networks = """
    CREATE TABLE network_start_policies (
      network TEXT PRIMARY KEY NOT NULL CHECK (length(network) BETWEEN 1 AND 255),
      out_of_band TEXT NOT NULL CHECK (out_of_band IN ('observe', 'warn', 'block'))
    ) STRICT;
    """

  private static let accepted = """
    CREATE TABLE accepted_conflicts (
      mac INTEGER PRIMARY KEY NOT NULL CHECK (mac BETWEEN 1 AND 281474976710655),
      owners TEXT NOT NULL CHECK (json_valid(owners)),
      at INTEGER NOT NULL
    ) STRICT;
    """
}
