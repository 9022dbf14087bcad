/// Adds the kind of VNC display of a new VM that chooses none; before, every VM had one at a port.
enum Migration16VNCDefault: Migration {
  static let identifier = "11 vnc default"

  static let statements = [
    """
    ALTER TABLE fleet ADD COLUMN vnc_default TEXT NOT NULL DEFAULT 'port'
      CHECK (vnc_default IN ('port', 'socket', 'none'));
    """
  ]
}
