/// Limits the revisions of VMs far below the largest integer, so that one more can always be counted.
enum Migration9Wire: Migration {
  static let identifier = "9 wire"

  static let statements = [
    """
    CREATE TRIGGER vm_revision_has_a_limit BEFORE INSERT ON vms
      WHEN NEW.revision >= 4611686018427387904
      BEGIN SELECT RAISE(ABORT, 'revision.limit'); END
    """,
    """
    CREATE TRIGGER vm_revision_stays_within_its_limit BEFORE UPDATE ON vms
      WHEN NEW.revision >= 4611686018427387904
      BEGIN SELECT RAISE(ABORT, 'revision.limit'); END
    """,
  ]
}
