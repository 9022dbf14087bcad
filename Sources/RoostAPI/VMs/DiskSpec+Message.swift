public import Fleet
public import RoostProto

extension DiskSpec: MessageDecodable {
  public init(_ message: Roost_V1_DiskSpec, at path: FieldPath) throws(FleetError) {
    self.init(
      device: try path.word(message.device, "device"), bus: message.bus, target: message.target,
      format: try path.word(message.format, "format"), source: try DiskSource(message.source, at: path),
      path: message.path.isEmpty ? nil : message.path, size: try path.memory(message.sizeBytes, "size_bytes"),
      isShareable: message.shareable)
  }

  /// The disk as the wire carries it.
  public var message: Roost_V1_DiskSpec {
    var result = Roost_V1_DiskSpec()
    result.device = device.rawValue
    result.bus = bus
    result.target = target
    result.format = format.rawValue
    result.source = source.message
    result.path = path ?? ""
    result.sizeBytes = UInt64(clamping: size.bytes)
    result.shareable = isShareable
    return result
  }
}

extension DiskSource {
  /// Reads the source of a disk; `path` is the disk's.
  init(_ source: Roost_V1_DiskSpec.OneOf_Source?, at path: FieldPath) throws(FleetError) {
    guard let source else { throw path.invalid("source", "is missing") }
    switch source {
    case .blank: self = .blank
    case .overlay(let image): self = .overlay(try ImageRef(image, at: path.field("overlay")))
    case .copy(let image): self = .copy(try ImageRef(image, at: path.field("copy")))
    case .medium(let image): self = .medium(try ImageRef(image, at: path.field("medium")))
    case .existing: self = .existing
    case .none: self = .none
    case .document: self = .document
    }
  }

  /// The source as the wire carries it.
  var message: Roost_V1_DiskSpec.OneOf_Source {
    switch self {
    case .blank: .blank(Roost_V1_Empty())
    case .overlay(let image): .overlay(image.message)
    case .copy(let image): .copy(image.message)
    case .medium(let image): .medium(image.message)
    case .existing: .existing(Roost_V1_Empty())
    case .none: .none(Roost_V1_Empty())
    case .document: .document(Roost_V1_Empty())
    }
  }
}
