/// Adds the actor of each change, more columns of certificates and tokens, and an audit log of key-related events that
/// the events of agents can't push out.
///
/// Triggers copy the audit rows from the events. A row that is not about a refused caller can't be deleted before it is
/// half a year older than the newest; refused callers have a share of their own.
enum Migration13Keys: Migration {
  static let identifier = "9 keys"

  static let statements = [actors, enrolment, audit]

  /// Kinds of events that concern keys, users, tokens and refused calls.
  private static let kinds = """
    (NEW.kind GLOB 'security.*' OR NEW.kind GLOB 'token.*' OR NEW.kind GLOB 'user.*' OR NEW.kind GLOB 'certificate.*'
      OR NEW.kind GLOB 'authority.*' OR NEW.kind GLOB 'policy.*' OR NEW.kind GLOB 'coordinator.*'
      OR NEW.kind IN ('host.joined', 'host.rejoined', 'host.removed', 'host.revoked'))
    """

  private static let actors = """
    ALTER TABLE events ADD COLUMN actor TEXT NOT NULL DEFAULT '';
    ALTER TABLE operations ADD COLUMN actor TEXT NOT NULL DEFAULT '';
    ALTER TABLE requests ADD COLUMN actor TEXT NOT NULL DEFAULT '';
    """

  private static let enrolment = """
    ALTER TABLE certificates ADD COLUMN issued_at INTEGER;
    ALTER TABLE tokens ADD COLUMN rejoin INTEGER NOT NULL DEFAULT 0 CHECK (rejoin IN (0, 1));
    ALTER TABLE tokens ADD COLUMN revoked_at INTEGER;
    ALTER TABLE tokens ADD COLUMN actor TEXT NOT NULL DEFAULT '';
    CREATE TRIGGER token_stays_revoked BEFORE UPDATE ON tokens WHEN OLD.revoked_at IS NOT NULL
      BEGIN SELECT RAISE(ABORT, 'token.used'); END;
    """

  private static let audit = """
    CREATE TABLE audit (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      kind TEXT NOT NULL,
      subject TEXT NOT NULL,
      message TEXT NOT NULL,
      actor TEXT NOT NULL
    ) STRICT;
    CREATE INDEX audit_of_refused ON audit (number) WHERE kind GLOB 'security.*';
    INSERT INTO audit (at, kind, subject, message, actor)
      SELECT at, kind, subject, message, actor FROM events AS NEW WHERE \(kinds) ORDER BY number;
    CREATE TRIGGER event_is_audited AFTER INSERT ON events WHEN \(kinds)
      BEGIN INSERT INTO audit (at, kind, subject, message, actor)
        VALUES (NEW.at, NEW.kind, NEW.subject, NEW.message, NEW.actor); END;
    CREATE TRIGGER audit_only_grows BEFORE INSERT ON audit
      WHEN EXISTS (SELECT 1 FROM audit WHERE number = NEW.number)
      BEGIN SELECT RAISE(ABORT, 'event.fixed'); END;
    CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
      BEGIN SELECT RAISE(ABORT, 'event.fixed'); END;
    CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
      WHEN OLD.kind NOT GLOB 'security.*' AND OLD.at > (SELECT max(at) FROM audit) - 15552000000
      BEGIN SELECT RAISE(ABORT, 'event.fixed'); END;
    """
}
