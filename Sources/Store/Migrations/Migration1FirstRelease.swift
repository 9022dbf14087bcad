/// The first released schema. A released migration is never changed; a later one alters its result.
///
/// The schema itself enforces every rule whose violation would hurt a guest, whatever the Swift code does. `RAISE`
/// carries a ``SchemaViolation``, which is a code and not prose.
enum Migration1FirstRelease: Migration {
  static let identifier = "1 first schema"

  static let statements = [applicationID, fleet, hosts, enrolment, images, vms, capacity, macs, ports, operations]

  private static let applicationID = "PRAGMA application_id = \(Schema.applicationID)"

  private static let fleet = """
    CREATE TABLE fleet (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      id TEXT NOT NULL CHECK (length(id) = 36),
      name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 63),
      created_at INTEGER NOT NULL,
      incarnation TEXT NOT NULL CHECK (length(incarnation) = 36),
      epoch INTEGER NOT NULL CHECK (epoch >= 0),
      link_address TEXT NOT NULL,
      enrolment_address TEXT NOT NULL,
      mac_prefix TEXT NOT NULL,
      vnc_first INTEGER NOT NULL CHECK (vnc_first BETWEEN 1 AND 65535),
      vnc_last INTEGER NOT NULL CHECK (vnc_last BETWEEN vnc_first AND 65535),
      quarantine_seconds INTEGER NOT NULL CHECK (quarantine_seconds >= 0),
      mac_cursor INTEGER NOT NULL DEFAULT 0 CHECK (mac_cursor BETWEEN 0 AND 281474976710656)
    ) STRICT;
    CREATE TRIGGER fleet_is_one BEFORE INSERT ON fleet WHEN EXISTS (SELECT 1 FROM fleet)
      BEGIN SELECT RAISE(ABORT, 'fleet.fixed'); END;
    CREATE TRIGGER fleet_stays BEFORE DELETE ON fleet
      BEGIN SELECT RAISE(ABORT, 'fleet.fixed'); END;
    CREATE TRIGGER fleet_keeps_its_identity BEFORE UPDATE ON fleet
      WHEN NEW.only IS NOT OLD.only OR NEW.id IS NOT OLD.id OR NEW.created_at IS NOT OLD.created_at
      BEGIN SELECT RAISE(ABORT, 'fleet.fixed'); END;
    CREATE TRIGGER epoch_never_goes_back BEFORE UPDATE ON fleet WHEN NEW.epoch < OLD.epoch
      BEGIN SELECT RAISE(ABORT, 'epoch.back'); END;
    CREATE TRIGGER cursor_never_goes_back BEFORE UPDATE ON fleet WHEN NEW.mac_cursor < OLD.mac_cursor
      BEGIN SELECT RAISE(ABORT, 'cursor.back'); END;
    """

  /// The limits are the arithmetic of `HostCapacity.limit`, which a test compares.
  private static let hosts = """
    CREATE TABLE hosts (
      id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
      name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 63),
      machine_id TEXT NOT NULL UNIQUE CHECK (length(machine_id) > 0),
      cordoned INTEGER NOT NULL CHECK (cordoned IN (0, 1)),
      labels TEXT NOT NULL CHECK (json_valid(labels)),
      joined_at INTEGER NOT NULL,
      certificate_expires_at INTEGER NOT NULL,
      vcpus INTEGER CHECK (vcpus BETWEEN 0 AND 1048576),
      memory INTEGER CHECK (memory >= 0),
      disk INTEGER CHECK (disk >= 0),
      cpu_ratio REAL CHECK (cpu_ratio BETWEEN 0.1 AND 100.0),
      memory_ratio REAL CHECK (memory_ratio BETWEEN 0.1 AND 100.0),
      reserved_memory INTEGER CHECK (reserved_memory >= 0),
      limit_vcpus INTEGER GENERATED ALWAYS AS
        (CAST(min(coalesce(vcpus * cpu_ratio, 0) + 1e-6, 4611686018427387904.0) AS INTEGER)) VIRTUAL,
      limit_memory INTEGER GENERATED ALWAYS AS
        (CAST(min(coalesce(max(memory - reserved_memory, 0) * memory_ratio, 0) + 1e-6, 4611686018427387904.0)
          AS INTEGER)) VIRTUAL,
      limit_disk INTEGER GENERATED ALWAYS AS (coalesce(disk, 0)) VIRTUAL,
      CHECK ((vcpus IS NULL) + (memory IS NULL) + (disk IS NULL) + (cpu_ratio IS NULL) + (memory_ratio IS NULL)
        + (reserved_memory IS NULL) IN (0, 6))
    ) STRICT;
    CREATE TABLE reports (
      host_id TEXT PRIMARY KEY NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
      at INTEGER NOT NULL,
      bytes BLOB NOT NULL
    ) STRICT;
    """

  private static let enrolment = """
    CREATE TABLE tokens (
      id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
      secret_hash TEXT NOT NULL CHECK (length(secret_hash) >= 32),
      host_name TEXT,
      created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      used_at INTEGER
    ) STRICT;
    CREATE TRIGGER token_is_used_once BEFORE UPDATE ON tokens
      WHEN OLD.used_at IS NOT NULL OR NEW.id IS NOT OLD.id OR NEW.secret_hash IS NOT OLD.secret_hash
        OR NEW.expires_at IS NOT OLD.expires_at
      BEGIN SELECT RAISE(ABORT, 'token.used'); END;
    CREATE TRIGGER token_is_made_once BEFORE INSERT ON tokens WHEN EXISTS (SELECT 1 FROM tokens WHERE id = NEW.id)
      BEGIN SELECT RAISE(ABORT, 'token.used'); END;
    CREATE TABLE certificates (
      serial TEXT PRIMARY KEY NOT NULL CHECK (length(serial) > 0),
      subject TEXT NOT NULL,
      role TEXT NOT NULL CHECK (length(role) > 0),
      expires_at INTEGER NOT NULL,
      revoked_at INTEGER
    ) STRICT;
    CREATE INDEX certificates_by_subject ON certificates (subject);
    CREATE TRIGGER certificate_stays_revoked BEFORE UPDATE ON certificates WHEN OLD.revoked_at IS NOT NULL
      BEGIN SELECT RAISE(ABORT, 'certificate.fixed'); END;
    CREATE TRIGGER certificate_is_issued_once BEFORE INSERT ON certificates
      WHEN EXISTS (SELECT 1 FROM certificates WHERE serial = NEW.serial)
      BEGIN SELECT RAISE(ABORT, 'certificate.fixed'); END;
    CREATE TRIGGER certificate_is_kept BEFORE DELETE ON certificates
      BEGIN SELECT RAISE(ABORT, 'certificate.fixed'); END;
    """

  private static let images = """
    CREATE TABLE images (
      id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
      name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 63),
      format TEXT NOT NULL,
      virtual_size INTEGER NOT NULL CHECK (virtual_size >= 0),
      file_size INTEGER NOT NULL CHECK (file_size >= 0),
      sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
      created_at INTEGER NOT NULL
    ) STRICT;
    """

  /// `vm_macs` and `vnc_port` refer to the ledgers by address *and* holder, checked at commit: a VM can't have an
  /// address that the ledger gives to another VM, or to none.
  private static let vms = """
    CREATE TABLE vms (
      id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
      name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 63 AND name NOT GLOB '*[^A-Za-z0-9._-]*'),
      host_id TEXT NOT NULL REFERENCES hosts (id),
      power TEXT NOT NULL CHECK (power IN ('running', 'stopped', 'paused')),
      revision INTEGER NOT NULL CHECK (revision >= 0),
      vcpus INTEGER NOT NULL CHECK (vcpus BETWEEN 1 AND 4096),
      memory INTEGER NOT NULL CHECK (memory > 0),
      disk INTEGER NOT NULL CHECK (disk >= 0),
      vnc_port INTEGER UNIQUE,
      phase TEXT,
      phase_reason TEXT NOT NULL,
      spec TEXT NOT NULL,
      placed TEXT CHECK (placed IS NULL OR json_valid(placed)),
      created_at INTEGER NOT NULL,
      FOREIGN KEY (vnc_port, id) REFERENCES port_ledger (port, holder) DEFERRABLE INITIALLY DEFERRED,
      CHECK (json_valid(spec) AND json_extract(spec, '$.name') IS name AND json_extract(spec, '$.vcpus') IS vcpus
        AND json_extract(spec, '$.memory') IS memory)
    ) STRICT;
    CREATE INDEX vms_by_host ON vms (host_id);
    CREATE TRIGGER vm_revision_never_goes_back BEFORE UPDATE ON vms
      WHEN NEW.revision < OLD.revision OR NEW.id IS NOT OLD.id
      BEGIN SELECT RAISE(ABORT, 'revision.back'); END;
    CREATE TRIGGER vm_is_made_once BEFORE INSERT ON vms
      WHEN EXISTS (SELECT 1 FROM vms WHERE id = NEW.id OR name = NEW.name)
      BEGIN SELECT RAISE(ABORT, 'vm.double'); END;
    CREATE TABLE vm_macs (
      vm_id TEXT NOT NULL REFERENCES vms (id) ON DELETE CASCADE,
      slot INTEGER NOT NULL CHECK (slot >= 0),
      mac INTEGER NOT NULL UNIQUE,
      PRIMARY KEY (vm_id, slot),
      FOREIGN KEY (mac, vm_id) REFERENCES mac_ledger (mac, holder) DEFERRABLE INITIALLY DEFERRED
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE vm_images (
      vm_id TEXT NOT NULL REFERENCES vms (id) ON DELETE CASCADE,
      image_id TEXT NOT NULL REFERENCES images (id),
      PRIMARY KEY (vm_id, image_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX vm_images_by_image ON vm_images (image_id);
    CREATE TABLE tombstones (
      id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
      vm_id TEXT NOT NULL UNIQUE CHECK (length(vm_id) = 36),
      host_id TEXT NOT NULL REFERENCES hosts (id),
      keep_disks INTEGER NOT NULL CHECK (keep_disks IN (0, 1)),
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX tombstones_by_host ON tombstones (host_id);
    CREATE TRIGGER vm_with_a_tombstone_is_not_made_again BEFORE INSERT ON vms
      WHEN EXISTS (SELECT 1 FROM tombstones WHERE vm_id = NEW.id)
      BEGIN SELECT RAISE(ABORT, 'vm.tombstoned'); END;
    """

  /// A reservation that grows, or that comes to a host, must fit; one that stays or shrinks is always allowed, so that
  /// a host whose capacity was lowered can still be drained.
  private static let capacity = ["vcpus", "memory", "disk"].map { resource in
    """
    CREATE TRIGGER \(resource)_fit_when_made BEFORE INSERT ON vms
      WHEN NEW.\(resource) > 0 AND NEW.\(resource)
        + (SELECT coalesce(sum(\(resource)), 0) FROM vms WHERE host_id = NEW.host_id)
        > coalesce((SELECT limit_\(resource) FROM hosts WHERE id = NEW.host_id), 0)
      BEGIN SELECT RAISE(ABORT, 'oversold.\(resource)'); END;
    CREATE TRIGGER \(resource)_fit_when_changed BEFORE UPDATE OF host_id, \(resource) ON vms
      WHEN NEW.\(resource) > iif(NEW.host_id IS OLD.host_id, OLD.\(resource), 0) AND NEW.\(resource)
        + (SELECT coalesce(sum(\(resource)), 0) FROM vms WHERE host_id = NEW.host_id AND id IS NOT OLD.id)
        > coalesce((SELECT limit_\(resource) FROM hosts WHERE id = NEW.host_id), 0)
      BEGIN SELECT RAISE(ABORT, 'oversold.\(resource)'); END;
    """
  }.joined(separator: "\n")

  private static let macs = """
    CREATE TABLE mac_ledger (
      number INTEGER PRIMARY KEY,
      mac INTEGER NOT NULL CHECK (mac BETWEEN 1 AND 281474976710655 AND (mac >> 40) & 1 = 0),
      state TEXT NOT NULL CHECK (state IN ('allocated', 'reserved', 'quarantined', 'retired')),
      holder TEXT REFERENCES vms (id) DEFERRABLE INITIALLY DEFERRED,
      vm_id TEXT,
      vm_name TEXT NOT NULL,
      host TEXT NOT NULL,
      source TEXT NOT NULL CHECK (source IN ('pool', 'chosen', 'observed', 'reserved')),
      made_at INTEGER NOT NULL,
      since INTEGER NOT NULL,
      until INTEGER,
      UNIQUE (mac, holder),
      CHECK (holder IS iif(state = 'allocated', vm_id, NULL)),
      CHECK (state <> 'allocated' OR vm_id IS NOT NULL),
      CHECK ((state = 'quarantined') <= (until IS NOT NULL))
    ) STRICT;
    CREATE UNIQUE INDEX mac_ledger_live ON mac_ledger (mac) WHERE state <> 'retired';
    CREATE INDEX mac_ledger_by_holder ON mac_ledger (holder) WHERE holder IS NOT NULL;
    CREATE INDEX mac_ledger_by_end ON mac_ledger (until) WHERE state = 'quarantined';
    CREATE TRIGGER mac_is_given_once BEFORE INSERT ON mac_ledger
      WHEN EXISTS (SELECT 1 FROM mac_ledger WHERE mac = NEW.mac AND state <> 'retired')
      BEGIN SELECT RAISE(ABORT, 'mac.double'); END;
    CREATE TRIGGER mac_ledger_only_grows BEFORE INSERT ON mac_ledger
      WHEN EXISTS (SELECT 1 FROM mac_ledger WHERE number = NEW.number)
      BEGIN SELECT RAISE(ABORT, 'ledger.fixed'); END;
    CREATE TRIGGER mac_ledger_is_kept BEFORE DELETE ON mac_ledger
      BEGIN SELECT RAISE(ABORT, 'ledger.fixed'); END;
    CREATE TRIGGER mac_ledger_keeps_owners BEFORE UPDATE ON mac_ledger
      WHEN NEW.number IS NOT OLD.number OR NEW.mac IS NOT OLD.mac OR NEW.vm_id IS NOT OLD.vm_id
        OR NEW.source IS NOT OLD.source OR NEW.made_at IS NOT OLD.made_at OR OLD.state = 'retired'
      BEGIN SELECT RAISE(ABORT, 'ledger.fixed'); END;
    CREATE TRIGGER mac_ledger_goes_one_way BEFORE UPDATE ON mac_ledger
      WHEN NEW.state IS NOT OLD.state AND NOT (NEW.state = 'retired'
        OR (NEW.state = 'quarantined' AND OLD.state IN ('allocated', 'reserved')))
      BEGIN SELECT RAISE(ABORT, 'ledger.fixed'); END;
    """

  private static let ports = """
    CREATE TABLE port_ledger (
      number INTEGER PRIMARY KEY,
      port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
      state TEXT NOT NULL CHECK (state IN ('allocated', 'reserved', 'retired')),
      holder TEXT REFERENCES vms (id) DEFERRABLE INITIALLY DEFERRED,
      vm_id TEXT,
      vm_name TEXT NOT NULL,
      host TEXT NOT NULL,
      made_at INTEGER NOT NULL,
      since INTEGER NOT NULL,
      UNIQUE (port, holder),
      CHECK (holder IS iif(state = 'allocated', vm_id, NULL)),
      CHECK (state <> 'allocated' OR vm_id IS NOT NULL)
    ) STRICT;
    CREATE UNIQUE INDEX port_ledger_live ON port_ledger (port) WHERE state <> 'retired';
    CREATE UNIQUE INDEX port_ledger_by_holder ON port_ledger (holder) WHERE holder IS NOT NULL;
    CREATE TRIGGER port_is_given_once BEFORE INSERT ON port_ledger
      WHEN EXISTS (SELECT 1 FROM port_ledger WHERE port = NEW.port AND state <> 'retired')
      BEGIN SELECT RAISE(ABORT, 'port.double'); END;
    CREATE TRIGGER port_ledger_only_grows BEFORE INSERT ON port_ledger
      WHEN EXISTS (SELECT 1 FROM port_ledger WHERE number = NEW.number)
      BEGIN SELECT RAISE(ABORT, 'ledger.fixed'); END;
    CREATE TRIGGER port_ledger_is_kept BEFORE DELETE ON port_ledger
      BEGIN SELECT RAISE(ABORT, 'ledger.fixed'); END;
    CREATE TRIGGER port_ledger_keeps_owners BEFORE UPDATE ON port_ledger
      WHEN NEW.number IS NOT OLD.number OR NEW.port IS NOT OLD.port OR NEW.vm_id IS NOT OLD.vm_id
        OR NEW.made_at IS NOT OLD.made_at OR OLD.state = 'retired'
        OR (NEW.state IS NOT OLD.state AND NEW.state <> 'retired')
      BEGIN SELECT RAISE(ABORT, 'ledger.fixed'); END;
    """

  private static let operations = """
    CREATE TABLE operations (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
      kind TEXT NOT NULL,
      vm_id TEXT,
      subject TEXT NOT NULL,
      host_id TEXT,
      host TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'done', 'failed')),
      steps TEXT NOT NULL CHECK (json_valid(steps)),
      failure TEXT CHECK (failure IS NULL OR json_valid(failure)),
      force INTEGER NOT NULL CHECK (force IN (0, 1)),
      timeout_seconds INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      ended_at INTEGER,
      CHECK ((ended_at IS NOT NULL) = (state IN ('done', 'failed')))
    ) STRICT;
    CREATE INDEX operations_unfinished ON operations (number) WHERE state IN ('pending', 'running');
    CREATE INDEX operations_by_vm ON operations (vm_id) WHERE vm_id IS NOT NULL;
    CREATE TRIGGER operation_ends_once BEFORE UPDATE ON operations
      WHEN NEW.id IS NOT OLD.id OR (OLD.state IN ('done', 'failed') AND NEW.state IS NOT OLD.state)
      BEGIN SELECT RAISE(ABORT, 'operation.ended'); END;
    CREATE TABLE events (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      kind TEXT NOT NULL,
      subject TEXT NOT NULL,
      message TEXT NOT NULL
    ) STRICT;
    CREATE TRIGGER event_is_not_overwritten BEFORE INSERT ON events
      WHEN EXISTS (SELECT 1 FROM events WHERE number = NEW.number)
      BEGIN SELECT RAISE(ABORT, 'event.fixed'); END;
    CREATE TRIGGER event_numbers_grow_by_one AFTER INSERT ON events
      WHEN NEW.number <> 1 AND NOT EXISTS (SELECT 1 FROM events WHERE number = NEW.number - 1)
      BEGIN SELECT RAISE(ABORT, 'event.fixed'); END;
    CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON events
      BEGIN SELECT RAISE(ABORT, 'event.fixed'); END;
    CREATE TRIGGER event_is_kept BEFORE DELETE ON events
      BEGIN SELECT RAISE(ABORT, 'event.fixed'); END;
    CREATE TABLE requests (
      id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
      body_hash TEXT NOT NULL CHECK (length(body_hash) > 0),
      operation_id TEXT,
      vm_id TEXT,
      answer BLOB NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX requests_by_time ON requests (at);
    CREATE TRIGGER request_is_answered_once BEFORE UPDATE ON requests
      BEGIN SELECT RAISE(ABORT, 'request.fixed'); END;
    CREATE TRIGGER request_is_accepted_once BEFORE INSERT ON requests
      WHEN EXISTS (SELECT 1 FROM requests WHERE id = NEW.id)
      BEGIN SELECT RAISE(ABORT, 'request.fixed'); END;
    """
}
