/// Adds the placement constraints of VMs, and the fleet's placement policy.
///
/// `vm_groups` repeats the groups of a VM's constraints, so that the members of a group are found without reading every
/// VM.
enum Migration5Placement: Migration {
  static let identifier = "5 placement"

  static let statements = [constraints, policy]

  private static let constraints = """
    ALTER TABLE vms ADD COLUMN constraints TEXT CHECK (constraints IS NULL OR json_valid(constraints));
    CREATE TABLE vm_groups (
      vm_id TEXT NOT NULL REFERENCES vms (id) ON DELETE CASCADE,
      name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 63),
      PRIMARY KEY (vm_id, name)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX vm_groups_by_name ON vm_groups (name);
    """

  private static let policy = """
    CREATE TABLE placement_policy (
      only INTEGER PRIMARY KEY CHECK (only = 1),
      survive INTEGER NOT NULL CHECK (survive BETWEEN 0 AND 2),
      aim TEXT NOT NULL,
      weights TEXT NOT NULL CHECK (json_valid(weights)),
      rules TEXT NOT NULL CHECK (json_valid(rules))
    ) STRICT;
    """
}
