/// Adds settling, for a coordinator whose database is older than the fleet, and adoption.
///
/// `oversold` has a new rule for adopted VMs: their guests have their memory already, or could take it at any time by
/// `virsh start`, so refusing the reservation would not keep the host from being overcommitted, but only keep Roost
/// from counting it. Such a VM always counts in the sum, so nothing more is placed on that host.
enum Migration3Settling: Migration {
  static let identifier = "3 settling and adoption"

  static let statements = [settling, adopted]

  private static let settling = """
    CREATE TABLE settlings (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      since INTEGER NOT NULL,
      reason TEXT NOT NULL,
      rebuild INTEGER NOT NULL CHECK (rebuild IN (0, 1)),
      begun INTEGER NOT NULL CHECK (begun IN (0, 1)),
      mac_cursor INTEGER NOT NULL DEFAULT 0 CHECK (mac_cursor BETWEEN 0 AND 281474976710656),
      ended_at INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX settling_now ON settlings (ended_at IS NULL) WHERE ended_at IS NULL;
    CREATE TABLE settling_reports (
      settling INTEGER NOT NULL REFERENCES settlings (number),
      host_id TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (settling, host_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER settling_ends_once BEFORE UPDATE ON settlings WHEN OLD.ended_at IS NOT NULL
      BEGIN SELECT RAISE(ABORT, 'settling.ended'); END;
    """

  private static let adopted =
    """
    ALTER TABLE vms ADD COLUMN adopted INTEGER NOT NULL DEFAULT 0 CHECK (adopted IN (0, 1));

    """
    + ["vcpus", "memory", "disk"].map { resource in
      """
      DROP TRIGGER \(resource)_fit_when_made;
      CREATE TRIGGER \(resource)_fit_when_made BEFORE INSERT ON vms
        WHEN NEW.adopted = 0 AND NEW.\(resource) > 0 AND NEW.\(resource)
          + (SELECT coalesce(sum(\(resource)), 0) FROM vms WHERE host_id = NEW.host_id)
          > coalesce((SELECT limit_\(resource) FROM hosts WHERE id = NEW.host_id), 0)
        BEGIN SELECT RAISE(ABORT, 'oversold.\(resource)'); END;
      """
    }.joined(separator: "\n")
}
