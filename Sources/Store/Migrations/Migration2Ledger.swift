/// Adds to the ledger: reserved ranges, further pools, and sightings of addresses outside of the managed VMs.
///
/// Live ranges never overlap, so only the range with the highest beginning at or below an address can contain it: one
/// step in an index.
enum Migration2Ledger: Migration {
  static let identifier = "2 ledger"

  static let statements = [released, ranges, pools, sightings]

  private static let released = "ALTER TABLE mac_ledger ADD COLUMN released_at INTEGER"

  private static let ranges = """
    CREATE TABLE mac_ranges (
      number INTEGER PRIMARY KEY,
      first INTEGER NOT NULL CHECK (first BETWEEN 1 AND 281474976710655 AND (first >> 40) & 1 = 0),
      last INTEGER NOT NULL CHECK (last BETWEEN first AND 281474976710655 AND last >> 40 = first >> 40),
      purpose TEXT NOT NULL,
      made_at INTEGER NOT NULL,
      ended_at INTEGER
    ) STRICT;
    CREATE INDEX mac_ranges_live ON mac_ranges (first) WHERE ended_at IS NULL;
    CREATE TRIGGER mac_range_is_reserved_once BEFORE INSERT ON mac_ranges
      WHEN NEW.ended_at IS NULL AND (SELECT last FROM mac_ranges WHERE ended_at IS NULL AND first <= NEW.last
        ORDER BY first DESC LIMIT 1) >= NEW.first
      BEGIN SELECT RAISE(ABORT, 'range.double'); END;
    CREATE TRIGGER mac_range_is_free BEFORE INSERT ON mac_ranges
      WHEN EXISTS (SELECT 1 FROM mac_ledger WHERE mac BETWEEN NEW.first AND NEW.last AND state <> 'retired'
        AND state IN ('allocated', 'reserved'))
      BEGIN SELECT RAISE(ABORT, 'range.double'); END;
    CREATE TRIGGER mac_range_only_grows BEFORE INSERT ON mac_ranges
      WHEN EXISTS (SELECT 1 FROM mac_ranges WHERE number = NEW.number)
      BEGIN SELECT RAISE(ABORT, 'ledger.fixed'); END;
    CREATE TRIGGER mac_range_is_kept BEFORE DELETE ON mac_ranges
      BEGIN SELECT RAISE(ABORT, 'ledger.fixed'); END;
    CREATE TRIGGER mac_range_ends_once BEFORE UPDATE ON mac_ranges
      WHEN NEW.number IS NOT OLD.number OR NEW.first IS NOT OLD.first OR NEW.last IS NOT OLD.last
        OR NEW.purpose IS NOT OLD.purpose OR NEW.made_at IS NOT OLD.made_at OR OLD.ended_at IS NOT NULL
      BEGIN SELECT RAISE(ABORT, 'ledger.fixed'); END;
    CREATE TRIGGER mac_of_a_range_is_not_given BEFORE INSERT ON mac_ledger
      WHEN NEW.state IN ('allocated', 'reserved') AND (SELECT last FROM mac_ranges
        WHERE ended_at IS NULL AND first <= NEW.mac ORDER BY first DESC LIMIT 1) >= NEW.mac
      BEGIN SELECT RAISE(ABORT, 'range.double'); END;
    """

  private static let pools = """
    CREATE TABLE mac_pools (
      number INTEGER PRIMARY KEY,
      name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 63 AND name <> 'default'),
      first INTEGER NOT NULL CHECK (first BETWEEN 1 AND 281474976710655 AND (first >> 40) & 1 = 0),
      last INTEGER NOT NULL CHECK (last BETWEEN first AND 281474976710655 AND last >> 40 = first >> 40),
      kind TEXT NOT NULL CHECK (kind IN ('network', 'label', 'fleet')),
      chooser TEXT NOT NULL,
      cursor INTEGER NOT NULL CHECK (cursor BETWEEN 0 AND 4611686018427387904),
      created_at INTEGER NOT NULL,
      ended_at INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX mac_pools_by_name ON mac_pools (name) WHERE ended_at IS NULL;
    CREATE UNIQUE INDEX mac_pools_by_chooser ON mac_pools (kind, chooser) WHERE ended_at IS NULL;
    CREATE TRIGGER mac_pool_is_made_once BEFORE INSERT ON mac_pools
      WHEN EXISTS (SELECT 1 FROM mac_pools WHERE number = NEW.number OR (ended_at IS NULL
        AND (name = NEW.name OR (kind = NEW.kind AND chooser = NEW.chooser)
          OR (first <= NEW.last AND last >= NEW.first))))
      BEGIN SELECT RAISE(ABORT, 'pool.double'); END;
    CREATE TRIGGER mac_pool_is_kept BEFORE DELETE ON mac_pools
      BEGIN SELECT RAISE(ABORT, 'ledger.fixed'); END;
    CREATE TRIGGER mac_pool_stays_what_it_is BEFORE UPDATE ON mac_pools
      WHEN NEW.number IS NOT OLD.number OR NEW.name IS NOT OLD.name OR NEW.first IS NOT OLD.first
        OR NEW.last IS NOT OLD.last OR NEW.kind IS NOT OLD.kind OR NEW.chooser IS NOT OLD.chooser
        OR NEW.created_at IS NOT OLD.created_at OR OLD.ended_at IS NOT NULL
      BEGIN SELECT RAISE(ABORT, 'ledger.fixed'); END;
    CREATE TRIGGER mac_pool_cursor_never_goes_back BEFORE UPDATE ON mac_pools WHEN NEW.cursor < OLD.cursor
      BEGIN SELECT RAISE(ABORT, 'cursor.back'); END;
    CREATE TRIGGER mac_pool_made_again_goes_on BEFORE INSERT ON mac_pools
      WHEN NEW.cursor < (SELECT max(cursor) FROM mac_pools WHERE first = NEW.first AND last = NEW.last)
      BEGIN SELECT RAISE(ABORT, 'cursor.back'); END;
    """

  private static let sightings = """
    CREATE TABLE mac_sightings (
      number INTEGER PRIMARY KEY,
      mac INTEGER NOT NULL CHECK (mac BETWEEN 0 AND 281474976710655),
      source TEXT NOT NULL CHECK (source IN ('domain', 'dhcp')),
      subject TEXT NOT NULL,
      host_id TEXT NOT NULL CHECK (length(host_id) = 36),
      host TEXT NOT NULL,
      vm_id TEXT,
      name TEXT NOT NULL,
      network TEXT NOT NULL,
      bridge TEXT NOT NULL,
      first_seen INTEGER NOT NULL,
      last_seen INTEGER NOT NULL,
      ended_at INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX mac_sightings_open ON mac_sightings (host_id, source, subject, mac) WHERE ended_at IS NULL;
    CREATE INDEX mac_sightings_by_mac ON mac_sightings (mac);
    CREATE TRIGGER mac_sighting_only_grows BEFORE INSERT ON mac_sightings
      WHEN EXISTS (SELECT 1 FROM mac_sightings WHERE number = NEW.number OR (ended_at IS NULL
        AND host_id = NEW.host_id AND source = NEW.source AND subject = NEW.subject AND mac = NEW.mac))
      BEGIN SELECT RAISE(ABORT, 'ledger.fixed'); END;
    CREATE TRIGGER mac_sighting_is_kept BEFORE DELETE ON mac_sightings
      BEGIN SELECT RAISE(ABORT, 'ledger.fixed'); END;
    CREATE TRIGGER mac_sighting_stays BEFORE UPDATE ON mac_sightings
      WHEN NEW.number IS NOT OLD.number OR NEW.mac IS NOT OLD.mac OR NEW.source IS NOT OLD.source
        OR NEW.subject IS NOT OLD.subject OR NEW.host_id IS NOT OLD.host_id OR NEW.vm_id IS NOT OLD.vm_id
        OR NEW.first_seen IS NOT OLD.first_seen OR OLD.ended_at IS NOT NULL
      BEGIN SELECT RAISE(ABORT, 'ledger.fixed'); END;
    """
}
