/// What keeps one host from harming the fleet: an epoch that can't overflow, hosts that are cut off or disregarded, and
/// sightings that are forgotten when they are long over.
enum Migration11HostileHosts: Migration {
  static let identifier = "9 hostile"

  static let statements = [epoch, hosts, settlings, sightings]

  /// Far beyond what any fleet reaches, and far below what SQLite would make a floating-point number of.
  private static let epoch = """
    CREATE TRIGGER epoch_has_room BEFORE UPDATE OF epoch ON fleet WHEN NEW.epoch >= 4611686018427387904
      BEGIN SELECT RAISE(ABORT, 'epoch.end'); END;
    """

  private static let hosts = """
    ALTER TABLE hosts ADD COLUMN revoked_at INTEGER;
    ALTER TABLE hosts ADD COLUMN disregarded INTEGER NOT NULL DEFAULT 0 CHECK (disregarded IN (0, 1));
    """

  /// The coordinator's epoch when a settling ended: marks of that time or before are settled once and for all.
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
