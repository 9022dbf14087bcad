package import Fleet
internal import Yams

/// A YAML file of VMs, one document for each; roost.yaml(5) has its keys.
package enum VMFile {
  static let keys =
    [
      "name", "title", "vcpus", "memory", "arch", "machine", "acceleration", "image", "disks", "cdrom", "networks",
      "vnc", "serial", "boot", "labels", "host", "policy", "start",
    ] + PlacementConstraints.fileKeys

  /// The first error of a file's text; nil if VMs can be created from it.
  package static func problem(in text: String, file: String) -> FleetError? {
    do {
      _ = try requests(text, file: file)
      return nil
    } catch {
      return error
    }
  }

  /// The VMs of a file's text.
  /// - Throws: ``FleetError`` with code `invalid` that names file and line.
  static func requests(_ text: String, file: String) throws(FleetError) -> [VMRequest] {
    var documents: [Node] = []
    do {
      var sequence = try Yams.compose_all(yaml: text)
      while documents.count <= 1000, let document = sequence.next() { documents.append(document) }
      // Iterating a sequence of Yams ends silently at an error.
      if let error = sequence.error { throw error }
    } catch let error as YamlError {
      throw Self.error(error, file)
    } catch {
      throw FleetError(.invalid, "\(file) is not YAML: \(String(describing: error).printable)")
    }
    guard !documents.isEmpty else { throw FleetError(.invalid, "\(file) is empty", hint: "name: web-1") }
    guard documents.count <= 1000 else { throw FleetError(.invalid, "\(file) holds more than 1000 VMs") }
    var requests: [VMRequest] = []
    for document in documents { requests.append(try order(document, file)) }
    return requests
  }

  /// An error of the YAML reader, with the line it is at.
  static func error(_ error: YamlError, _ file: String) -> FleetError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      FleetError(.invalid, "\(file):\(mark.line): \(problem.printable)")
    case .reader(let problem, _, _, _):
      FleetError(.invalid, "\(file) is not YAML: \(problem.printable)")
    case .duplicatedKeysInMapping(let keys, let context):
      FleetError(
        .invalid, "\(file):\(context.mark.line): twice the same key: \(keys.sorted().joined(separator: ", ").printable)"
      )
    default:
      FleetError(.invalid, "\(file) is not YAML: \(String(describing: error).printable)")
    }
  }

  private static func order(_ node: Node, _ file: String) throws(FleetError) -> VMRequest {
    let fields = try YAMLFields(node, of: "a VM", known: keys, in: file)
    var draft = VMSpecBuilder(name: try fields.requiredText("name"))
    draft.base.title = try fields.text("title")
    if let vcpus = try fields.integer("vcpus") { draft.base.vcpus = vcpus }
    if let memory = try fields.size("memory") { draft.base.memory = memory }
    if let arch = try fields.text("arch") { draft.base.architecture = arch }
    draft.base.machine = try fields.text("machine")
    if let wanted = try fields.word("acceleration", AccelerationPreference.self) { draft.base.acceleration = wanted }
    draft.image = try fields.text("image")
    for disk in try fields.list("disks") ?? [] { draft.disks.append(try self.disk(disk, file)) }
    draft.cdrom = try fields.text("cdrom")
    if let networks = try fields.list("networks") {
      var nics: [NICSpec] = []
      for network in networks { nics.append(try nic(network, file)) }
      draft.nics = nics
    }
    draft.base.vnc = try vnc(fields, file)
    if let serial = try fields.flag("serial") { draft.base.serialConsole = serial }
    draft.bootOrder = try boot(fields)
    draft.base.labels = try labels(fields, file)
    let spec = try fields.located("name") { () throws(FleetError) in try draft.spec() }
    return VMRequest(
      spec: spec, host: try fields.text("host"), strategy: try fields.word("policy", PlacementStrategy.self),
      start: try fields.flag("start") ?? true, constraints: try PlacementConstraints(fields),
      takesDefaultVNC: fields.node("vnc") == nil)
  }

  private static func disk(_ node: Node, _ file: String) throws(FleetError) -> DiskRequest {
    if case .scalar(let scalar) = node {
      do {
        return DiskRequest(size: try ByteCount(parsing: scalar.string))
      } catch {
        throw FleetError(.invalid, "\(file):\(node.mark?.line ?? 1): \(error.message)", hint: error.hint)
      }
    }
    let fields = try YAMLFields(
      node, of: "a disk", known: ["size", "image", "copy", "bus", "target", "format", "path", "existing"], in: file)
    var wanted = DiskRequest(
      size: try fields.size("size") ?? .zero, bus: try fields.text("bus"), target: try fields.text("target"),
      format: try fields.word("format", ImageFormat.self), path: try fields.text("path"))
    let isCopy = try fields.flag("copy") ?? false
    if let image = try fields.text("image") {
      wanted.source = isCopy ? .copy(ImageRef(name: image)) : .overlay(ImageRef(name: image))
    } else if isCopy {
      throw fields.error("copy", "a copy needs the name of an image")
    }
    if try fields.flag("existing") == true {
      guard wanted.source == nil else { throw fields.error("existing", "a disk is an existing file or an image's") }
      wanted.source = .existing
    }
    return wanted
  }

  private static func nic(_ node: Node, _ file: String) throws(FleetError) -> NICSpec {
    if case .scalar(let scalar) = node { return NICSpec(source: .network(scalar.string)) }
    let fields = try YAMLFields(node, of: "a network", known: ["network", "bridge", "mac", "model"], in: file)
    let source: NICSource
    switch (try fields.text("network"), try fields.text("bridge")) {
    case (let network?, nil): source = .network(network)
    case (nil, let bridge?): source = .bridge(bridge)
    case (nil, nil): throw fields.error("network", "an interface names a network or a bridge")
    case (_?, _?): throw fields.error("bridge", "an interface has a network or a bridge, not both")
    }
    var mac: MACAddress?
    if let text = try fields.text("mac") {
      mac = try fields.located("mac") { () throws(FleetError) in try MACAddress(choosing: text) }
    }
    return NICSpec(source: source, model: try fields.text("model"), mac: mac)
  }

  /// A word, a truth value as in the first releases, or a mapping.
  private static func vnc(_ fields: YAMLFields, _ file: String) throws(FleetError) -> VNCSpec? {
    guard let node = fields.node("vnc") else { return VNCSpec() }
    if case .scalar(let scalar) = node {
      if let mode = VNCMode(rawValue: scalar.string) { return mode.display(like: nil) }
      guard let isThere = try? fields.flag("vnc") else {
        throw fields.error(
          "vnc", "vnc is \"\(scalar.string.printable)\"; it is port, socket or none, or a mapping",
          hint: "vnc: socket, or vnc: {listen: 127.0.0.1, keymap: en-us}")
      }
      return isThere ? VNCSpec() : nil
    }
    let inner = try YAMLFields(node, of: "vnc", known: ["type", "listen", "keymap"], in: file)
    let mode = try inner.word("type", VNCMode.self) ?? .port
    guard mode != .none else { throw inner.error("type", "a VM without a display has vnc: none, and no mapping") }
    let listen = try inner.text("listen")
    guard mode == .port || listen == nil else {
      throw inner.error("listen", "a display on a socket listens at no address", hint: "leave out listen")
    }
    return VNCSpec(listen: listen ?? "127.0.0.1", keymap: try inner.text("keymap"), isSocket: mode == .socket)
  }

  private static func boot(_ fields: YAMLFields) throws(FleetError) -> [BootDevice]? {
    guard let nodes = try fields.list("boot") else { return nil }
    var order: [BootDevice] = []
    for node in nodes {
      switch node.scalar?.string {
      case "disk", "hd": order.append(.disk)
      case "cdrom": order.append(.cdrom)
      case "network": order.append(.network)
      default: throw fields.error("boot", "boot lists disk, cdrom and network")
      }
    }
    return order
  }

  private static func labels(_ fields: YAMLFields, _ file: String) throws(FleetError) -> [String: String] {
    guard let node = fields.node("labels") else { return [:] }
    guard case .mapping(let mapping) = node else { throw fields.error("labels", "labels is not a mapping") }
    var labels: [String: String] = [:]
    for (key, value) in mapping {
      guard let name = key.scalar?.string, let text = value.scalar?.string else {
        throw fields.error("labels", "a label is a word and a text")
      }
      labels[name] = text
    }
    return labels
  }
}
