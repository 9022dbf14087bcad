/// Changes one `<disk>`.
struct DiskEditor {
  private let disk: XMLElement

  init(_ disk: XMLElement) { self.disk = disk }

  /// Points the disk at a file.
  func setFile(_ path: String, format: String) throws(DomainXMLError) {
    guard !path.isEmpty else {
      throw DomainXMLError(.invalidValue, element: "source/@file", "a disk's path must not be empty")
    }
    let wasFile = (disk.attribute("type") ?? "file") == DiskKind.file.rawValue
    if !wasFile { disk.removeChildren(named: "source") }
    try disk.setAttribute("type", DiskKind.file.rawValue)
    let source = try disk.ensure("source")
    try source.setAttribute("file", path)
    source.removeAttribute("index")
    disk.removeChildren(named: "backingStore")
    let driver = try disk.ensure("driver")
    if driver.attribute("name") == nil { try driver.setAttribute("name", "qemu") }
    try driver.setAttribute("type", format)
  }

  /// Removes the medium.
  func clear() throws(DomainXMLError) {
    disk.removeChildren(named: "source")
    disk.removeChildren(named: "backingStore")
    try disk.setAttribute("type", DiskKind.file.rawValue)
  }

  /// Adds a disk to a guest and returns its name.
  static func add(_ new: NewDisk, to root: XMLElement) throws(DomainXMLError) -> String {
    let devices = try root.ensure("devices")
    let taken = devices.children(named: "disk").compactMap { $0.child(named: "target")?.attribute("dev") }
    let target = if let wanted = new.target { wanted } else { try DiskTarget.free(on: new.bus, taken: taken) }
    guard !taken.contains(target) else {
      throw DomainXMLError(.duplicate, element: "target/@dev", "the disk name \(target) is taken")
    }
    let disk = try devices.add("disk", ["type": "file", "device": new.device.rawValue])
    try disk.add("driver", ["name": "qemu", "type": new.format])
    if let path = new.path { try DiskEditor(disk).setFile(path, format: new.format) }
    try disk.add("target", ["dev": target, "bus": new.bus.rawValue])
    if new.isReadOnly { try disk.add("readonly") }
    if let serial = new.serial { try disk.add("serial", text: serial) }
    try addControllerIfNeeded(for: new.bus, in: root, devices: devices)
    return target
  }

  /// On machines without a SCSI controller of their own, the first SCSI disk brings a virtio one.
  private static func addControllerIfNeeded(
    for bus: DiskBus, in root: XMLElement, devices: XMLElement
  ) throws(DomainXMLError) {
    let hasController = devices.children(named: "controller").contains { $0.attribute("type") == "scsi" }
    guard bus == .scsi, !hasController else { return }
    try devices.add("controller", ["type": "scsi", "index": "0", "model": "virtio-scsi"])
  }
}
