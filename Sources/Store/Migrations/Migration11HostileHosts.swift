/// Keeps one host from harming the fleet: an epoch that can't overflow, revoked and disregarded hosts, and sightings
/// that are pruned when they are long over.
enum Migration11HostileHosts: Migration {
  static let identifier = "9 hostile"

  static let statements = [epoch, hosts, settlings, sightings]

  /// Far above any real epoch, and far below the integers that SQLite would convert to floating point.
  private static let epoch = """
    CREATE TRIGGER epoch_has_room BEFORE UPDATE OF epoch ON fleet WHEN NEW.epoch >= 4611686018427387904
      BEGIN SELECT RAISE(ABORT, 'epoch.end'); END;
    """

  private static let hosts = """
    ALTER TABLE hosts ADD COLUMN revoked_at INTEGER;
    ALTER TABLE hosts ADD COLUMN disregarded INTEGER NOT NULL DEFAULT 0 CHECK (disregarded IN (0, 1));
    """

  /// The coordinator's epoch when a settling ended: marks up to that epoch need no settling again.
  private static let settlings = """
    ALTER TABLE settlings ADD COLUMN ended_epoch INTEGER;
    """

  private static let sightings = """
    DROP TRIGGER mac_sighting_is_kept;
    CREATE TRIGGER mac_sighting_is_kept BEFORE DELETE ON mac_sightings WHEN OLD.ended_at IS NULL
      BEGIN SELECT RAISE(ABORT, 'ledger.fixed'); END;
    CREATE INDEX mac_sightings_by_end ON mac_sightings (ended_at) WHERE ended_at IS NOT NULL;
    """
}
