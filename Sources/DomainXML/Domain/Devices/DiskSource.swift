/// Where a disk's bytes are.
public enum DiskSource: Hashable, Sendable {
  /// A file of the host.
  case file(path: String)
  /// A block device of the host.
  case block(path: String)
  /// A directory of the host.
  case directory(path: String)
  /// A volume of a storage pool.
  case volume(pool: String, name: String)
  /// Something reached over the network, such as `rbd` or `nbd`.
  case network(protocol: String, name: String?)
  /// An empty drive.
  case none
  /// A kind that is not known here.
  case other(DiskKind)

  /// The path on the host; nil where there is none.
  public var path: String? {
    switch self {
    case .file(let path), .block(let path), .directory(let path): path
    case .volume, .network, .none, .other: nil
    }
  }

  /// Reads the `<source>` of an element that has a `type`: a disk, a backing store, a mirror.
  init(of element: MarkupElement) {
    let kind = DiskKind(rawValue: element.attribute("type") ?? "file")
    guard let source = element.child(named: "source") else {
      self = .none
      return
    }
    let path = { (attribute: String) in source.attribute(attribute).flatMap { $0.isEmpty ? nil : $0 } }
    switch kind {
    case .file: self = path("file").map { .file(path: $0) } ?? .none
    case .block: self = path("dev").map { .block(path: $0) } ?? .none
    case .directory: self = path("dir").map { .directory(path: $0) } ?? .none
    case .volume:
      guard let pool = path("pool"), let name = path("volume") else {
        self = .none
        return
      }
      self = .volume(pool: pool, name: name)
    case .network: self = .network(protocol: source.attribute("protocol") ?? "", name: path("name"))
    default: self = .other(kind)
    }
  }
}
