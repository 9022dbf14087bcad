/// Adds addresses of guests that may still run unobserved, and the reason why a VM's last start failed.
enum Migration8Leaving: Migration {
  static let identifier = "9 leaving"

  static let statements = [leftBehind, startFailure]

  private static let leftBehind = """
    ALTER TABLE mac_ledger ADD COLUMN left_behind INTEGER NOT NULL DEFAULT 0 CHECK (left_behind IN (0, 1));
    """

  private static let startFailure = "ALTER TABLE vms ADD COLUMN start_failure TEXT"
}
