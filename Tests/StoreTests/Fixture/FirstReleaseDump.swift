/// The first released schema with one of everything, as `sqlite3 DATABASE .dump` wrote it; see ``FirstRelease``.
///
/// It is never changed: databases like it are out there.
enum FirstReleaseDump {
  static let sql = #"""
    PRAGMA foreign_keys=OFF;
    BEGIN TRANSACTION;
    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
    INSERT INTO grdb_migrations VALUES('1 first schema');
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
    INSERT INTO fleet VALUES(1,'00000000-0000-4000-8000-000000000001','test',1767225600000,'00000000-0000-4000-8\#
    000-000000000002',1,'10.0.0.1:7443','10.0.0.1:7444','02:ab:cd',5900,32767,604800,2199023255808);
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
    INSERT INTO hosts VALUES('00000000-0000-4000-8000-000000000065','h1','machine-of-h1',1,'{"rack":"a \"1\""}',\#
    1767225600000,1775001600000,32,137438953472,2199023255552,2.5,1.1000000000000000888,2147483648);
    CREATE TABLE reports (
      host_id TEXT PRIMARY KEY NOT NULL REFERENCES hosts (id) ON DELETE CASCADE,
      at INTEGER NOT NULL,
      bytes BLOB NOT NULL
    ) STRICT;
    INSERT INTO reports VALUES('00000000-0000-4000-8000-000000000065',1767225600000,X'08011200');
    CREATE TABLE tokens (
      id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
      secret_hash TEXT NOT NULL CHECK (length(secret_hash) >= 32),
      host_name TEXT,
      created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      used_at INTEGER
    ) STRICT;
    INSERT INTO tokens VALUES('00000000-0000-4000-8000-0000000002bd','5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a\#
    5a5a5a5a5a5a5a5a5a5a5a',NULL,1767225600000,1767226200000,NULL);
    CREATE TABLE certificates (
      serial TEXT PRIMARY KEY NOT NULL CHECK (length(serial) > 0),
      subject TEXT NOT NULL,
      role TEXT NOT NULL CHECK (length(role) > 0),
      expires_at INTEGER NOT NULL,
      revoked_at INTEGER
    ) STRICT;
    INSERT INTO certificates VALUES('0a','00000000-0000-4000-8000-000000000065','agent',1775001600000,NULL);
    CREATE TABLE images (
      id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
      name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 63),
      format TEXT NOT NULL,
      virtual_size INTEGER NOT NULL CHECK (virtual_size >= 0),
      file_size INTEGER NOT NULL CHECK (file_size >= 0),
      sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
      created_at INTEGER NOT NULL
    ) STRICT;
    INSERT INTO images VALUES('00000000-0000-4000-8000-0000000001f5','tiny','qcow2',1073741824,20971520,'abababa\#
    babababababababababababababababababababababababababababab',1767225600000);
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
    INSERT INTO vms VALUES('00000000-0000-4000-8000-000000000001','web-1','00000000-0000-4000-8000-000000000065'\#
    ,'paused',7,2,2147483648,10737418240,5900,'failed','the bridge is gone','{"acceleration":"preferred","archit\#
    ecture":"x86_64","bootOrder":["hd"],"disks":[{"bus":"virtio","device":"disk","format":"qcow2","image":"tiny"\#
    ,"imageID":"00000000-0000-4000-8000-0000000001f5","size":10737418240,"source":"overlay","target":"vda"},{"bu\#
    s":"ide","device":"cdrom","format":"iso","size":0,"source":"none","target":"hdc"},{"bus":"virtio","device":"\#
    disk","format":"raw","path":"/srv/data.raw","size":0,"source":"existing","target":"vdb"}],"document":"<domai\#
    n type=''kvm''>\n  <name>web-1</name>\n</domain>\n","labels":{"tier":"front"},"memory":2147483648,"name":"we\#
    b-1","nics":[{"kind":"bridge","mac":95535606440,"model":"e1000","name":"kvmbr0"},{"kind":"network","name":"d\#
    efault"}],"serialConsole":true,"vcpus":2,"vnc":{"listen":"127.0.0.1"}}','{"ranking":[{"host":"h1","score":0.\#
    75,"terms":{"spread":0.75}}],"refused":[{"detail":"there is no bridge kvmbr0","host":"h2","rule":"network"}]\#
    }',1767225600000);
    CREATE TABLE vm_macs (
      vm_id TEXT NOT NULL REFERENCES vms (id) ON DELETE CASCADE,
      slot INTEGER NOT NULL CHECK (slot >= 0),
      mac INTEGER NOT NULL UNIQUE,
      PRIMARY KEY (vm_id, slot),
      FOREIGN KEY (mac, vm_id) REFERENCES mac_ledger (mac, holder) DEFERRABLE INITIALLY DEFERRED
    ) STRICT, WITHOUT ROWID;
    INSERT INTO vm_macs VALUES('00000000-0000-4000-8000-000000000001',0,95535606440);
    INSERT INTO vm_macs VALUES('00000000-0000-4000-8000-000000000001',1,2199023255554);
    CREATE TABLE vm_images (
      vm_id TEXT NOT NULL REFERENCES vms (id) ON DELETE CASCADE,
      image_id TEXT NOT NULL REFERENCES images (id),
      PRIMARY KEY (vm_id, image_id)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO vm_images VALUES('00000000-0000-4000-8000-000000000001','00000000-0000-4000-8000-0000000001f5');
    CREATE TABLE tombstones (
      id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
      vm_id TEXT NOT NULL UNIQUE CHECK (length(vm_id) = 36),
      host_id TEXT NOT NULL REFERENCES hosts (id),
      keep_disks INTEGER NOT NULL CHECK (keep_disks IN (0, 1)),
      created_at INTEGER NOT NULL
    ) STRICT;
    INSERT INTO tombstones VALUES('00000000-0000-4000-8000-000000000191','00000000-0000-4000-8000-000000000009',\#
    '00000000-0000-4000-8000-000000000065',0,1767225600000);
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
    INSERT INTO mac_ledger VALUES(1,95535606440,'allocated','00000000-0000-4000-8000-000000000001','00000000-000\#
    0-4000-8000-000000000001','web-1','h1','pool',1767225600000,1767225600000,NULL);
    INSERT INTO mac_ledger VALUES(2,2199023255554,'allocated','00000000-0000-4000-8000-000000000001','00000000-0\#
    000-4000-8000-000000000001','web-1','h1','pool',1767225600000,1767225600000,NULL);
    INSERT INTO mac_ledger VALUES(3,2199023255561,'quarantined',NULL,'00000000-0000-4000-8000-000000000009','vm-\#
    9','h1','pool',1767225600000,1767225600000,1767225660000);
    INSERT INTO mac_ledger VALUES(4,2199023255629,'reserved',NULL,NULL,'the printer','','reserved',1767225600000\#
    ,1767225600000,NULL);
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
    INSERT INTO port_ledger VALUES(1,5900,'allocated','00000000-0000-4000-8000-000000000001','00000000-0000-4000\#
    -8000-000000000001','web-1','h1',1767225600000,1767225600000);
    INSERT INTO port_ledger VALUES(2,5909,'retired',NULL,'00000000-0000-4000-8000-000000000009','vm-9','h1',1767\#
    225600000,1767225600000);
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
    INSERT INTO operations VALUES(1,'00000000-0000-4000-8000-00000000012d','start','00000000-0000-4000-8000-0000\#
    00000001','web-1','00000000-0000-4000-8000-000000000065','h1','running','[{"detail":"","fraction":1,"name":"\#
    provision","state":"done"},{"detail":"","name":"start","state":"pending"}]','{"code":"port_busy","hint":"wai\#
    t","message":"port 5900 is busy","operation":"00000000-0000-4000-8000-000000000005","refusals":[],"retryable\#
    ":true}',0,30,1767225600000,NULL);
    CREATE TABLE events (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      kind TEXT NOT NULL,
      subject TEXT NOT NULL,
      message TEXT NOT NULL
    ) STRICT;
    INSERT INTO events VALUES(1,1767225600000,'vm.created','web-1','it is made');
    INSERT INTO events VALUES(2,1767225600000,'vm.created','vm-9','it is made');
    CREATE TABLE requests (
      id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
      body_hash TEXT NOT NULL CHECK (length(body_hash) > 0),
      operation_id TEXT,
      vm_id TEXT,
      answer BLOB NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;
    INSERT INTO requests VALUES('00000000-0000-4000-8000-000000000259','abcd','00000000-0000-4000-8000-000000000\#
    12d','00000000-0000-4000-8000-000000000001',X'0001ff',1767225600000);
    DELETE FROM sqlite_sequence;
    INSERT INTO sqlite_sequence VALUES('events',2);
    INSERT INTO sqlite_sequence VALUES('operations',1);
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
    CREATE TRIGGER token_is_used_once BEFORE UPDATE ON tokens
      WHEN OLD.used_at IS NOT NULL OR NEW.id IS NOT OLD.id OR NEW.secret_hash IS NOT OLD.secret_hash
        OR NEW.expires_at IS NOT OLD.expires_at
      BEGIN SELECT RAISE(ABORT, 'token.used'); END;
    CREATE TRIGGER token_is_made_once BEFORE INSERT ON tokens WHEN EXISTS (SELECT 1 FROM tokens WHERE id = NEW.id)
      BEGIN SELECT RAISE(ABORT, 'token.used'); END;
    CREATE INDEX certificates_by_subject ON certificates (subject);
    CREATE TRIGGER certificate_stays_revoked BEFORE UPDATE ON certificates WHEN OLD.revoked_at IS NOT NULL
      BEGIN SELECT RAISE(ABORT, 'certificate.fixed'); END;
    CREATE TRIGGER certificate_is_issued_once BEFORE INSERT ON certificates
      WHEN EXISTS (SELECT 1 FROM certificates WHERE serial = NEW.serial)
      BEGIN SELECT RAISE(ABORT, 'certificate.fixed'); END;
    CREATE TRIGGER certificate_is_kept BEFORE DELETE ON certificates
      BEGIN SELECT RAISE(ABORT, 'certificate.fixed'); END;
    CREATE INDEX vms_by_host ON vms (host_id);
    CREATE TRIGGER vm_revision_never_goes_back BEFORE UPDATE ON vms
      WHEN NEW.revision < OLD.revision OR NEW.id IS NOT OLD.id
      BEGIN SELECT RAISE(ABORT, 'revision.back'); END;
    CREATE TRIGGER vm_is_made_once BEFORE INSERT ON vms
      WHEN EXISTS (SELECT 1 FROM vms WHERE id = NEW.id OR name = NEW.name)
      BEGIN SELECT RAISE(ABORT, 'vm.double'); END;
    CREATE INDEX vm_images_by_image ON vm_images (image_id);
    CREATE INDEX tombstones_by_host ON tombstones (host_id);
    CREATE TRIGGER vm_with_a_tombstone_is_not_made_again BEFORE INSERT ON vms
      WHEN EXISTS (SELECT 1 FROM tombstones WHERE vm_id = NEW.id)
      BEGIN SELECT RAISE(ABORT, 'vm.tombstoned'); END;
    CREATE TRIGGER vcpus_fit_when_made BEFORE INSERT ON vms
      WHEN NEW.vcpus > 0 AND NEW.vcpus
        + (SELECT coalesce(sum(vcpus), 0) FROM vms WHERE host_id = NEW.host_id)
        > coalesce((SELECT limit_vcpus FROM hosts WHERE id = NEW.host_id), 0)
      BEGIN SELECT RAISE(ABORT, 'oversold.vcpus'); END;
    CREATE TRIGGER vcpus_fit_when_changed BEFORE UPDATE OF host_id, vcpus ON vms
      WHEN NEW.vcpus > iif(NEW.host_id IS OLD.host_id, OLD.vcpus, 0) AND NEW.vcpus
        + (SELECT coalesce(sum(vcpus), 0) FROM vms WHERE host_id = NEW.host_id AND id IS NOT OLD.id)
        > coalesce((SELECT limit_vcpus FROM hosts WHERE id = NEW.host_id), 0)
      BEGIN SELECT RAISE(ABORT, 'oversold.vcpus'); END;
    CREATE TRIGGER memory_fit_when_made BEFORE INSERT ON vms
      WHEN NEW.memory > 0 AND NEW.memory
        + (SELECT coalesce(sum(memory), 0) FROM vms WHERE host_id = NEW.host_id)
        > coalesce((SELECT limit_memory FROM hosts WHERE id = NEW.host_id), 0)
      BEGIN SELECT RAISE(ABORT, 'oversold.memory'); END;
    CREATE TRIGGER memory_fit_when_changed BEFORE UPDATE OF host_id, memory ON vms
      WHEN NEW.memory > iif(NEW.host_id IS OLD.host_id, OLD.memory, 0) AND NEW.memory
        + (SELECT coalesce(sum(memory), 0) FROM vms WHERE host_id = NEW.host_id AND id IS NOT OLD.id)
        > coalesce((SELECT limit_memory FROM hosts WHERE id = NEW.host_id), 0)
      BEGIN SELECT RAISE(ABORT, 'oversold.memory'); END;
    CREATE TRIGGER disk_fit_when_made BEFORE INSERT ON vms
      WHEN NEW.disk > 0 AND NEW.disk
        + (SELECT coalesce(sum(disk), 0) FROM vms WHERE host_id = NEW.host_id)
        > coalesce((SELECT limit_disk FROM hosts WHERE id = NEW.host_id), 0)
      BEGIN SELECT RAISE(ABORT, 'oversold.disk'); END;
    CREATE TRIGGER disk_fit_when_changed BEFORE UPDATE OF host_id, disk ON vms
      WHEN NEW.disk > iif(NEW.host_id IS OLD.host_id, OLD.disk, 0) AND NEW.disk
        + (SELECT coalesce(sum(disk), 0) FROM vms WHERE host_id = NEW.host_id AND id IS NOT OLD.id)
        > coalesce((SELECT limit_disk FROM hosts WHERE id = NEW.host_id), 0)
      BEGIN SELECT RAISE(ABORT, 'oversold.disk'); END;
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
    CREATE INDEX operations_unfinished ON operations (number) WHERE state IN ('pending', 'running');
    CREATE INDEX operations_by_vm ON operations (vm_id) WHERE vm_id IS NOT NULL;
    CREATE TRIGGER operation_ends_once BEFORE UPDATE ON operations
      WHEN NEW.id IS NOT OLD.id OR (OLD.state IN ('done', 'failed') AND NEW.state IS NOT OLD.state)
      BEGIN SELECT RAISE(ABORT, 'operation.ended'); END;
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
    CREATE INDEX requests_by_time ON requests (at);
    CREATE TRIGGER request_is_answered_once BEFORE UPDATE ON requests
      BEGIN SELECT RAISE(ABORT, 'request.fixed'); END;
    CREATE TRIGGER request_is_accepted_once BEFORE INSERT ON requests
      WHEN EXISTS (SELECT 1 FROM requests WHERE id = NEW.id)
      BEGIN SELECT RAISE(ABORT, 'request.fixed'); END;
    COMMIT;
    """#
}
