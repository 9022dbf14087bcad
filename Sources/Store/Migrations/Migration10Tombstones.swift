/// Removes the tombstones that failed deletions of earlier releases have left: each would have decided about the disks
/// when its VM was deleted again.
enum Migration10Tombstones: Migration {
  static let identifier = "9 tombstones"

  static let statements = [
    """
    DELETE FROM tombstones WHERE vm_id IN (SELECT id FROM vms) AND vm_id NOT IN
      (SELECT vm_id FROM operations WHERE vm_id IS NOT NULL AND state IN ('pending', 'running'));
    """
  ]
}
