public import Fleet
public import RoostProto

extension HostQuery: MessageDecodable {
  public init(_ message: Roost_V1_Query, at path: FieldPath) throws(FleetError) {
    self.init(id: try path.id(message.id, "id"), content: try Content(message.content, at: path))
  }

  /// The question as the wire carries it.
  public var message: Roost_V1_Query {
    var result = Roost_V1_Query()
    result.id = id.description
    switch content {
    case .files(let paths): result.files.paths = paths
    case .document(let vm): result.document.vmID = vm.description
    }
    return result
  }
}

extension HostQuery.Content {
  fileprivate init(_ content: Roost_V1_Query.OneOf_Content?, at path: FieldPath) throws(FleetError) {
    switch content {
    case .files(let query): self = .files(try Self.paths(query.paths, at: path.field("files")))
    case .document(let query): self = .document(try path.field("document").id(query.vmID, "vm_id"))
    case nil: throw path.invalid("content", "is missing")
    }
  }

  private static func paths(_ paths: [String], at field: FieldPath) throws(FleetError) -> [String] {
    guard paths.count <= HostQuery.pathLimit else {
      throw field.invalid("paths", "names \(paths.count) paths; \(HostQuery.pathLimit) are the most")
    }
    for (index, path) in paths.enumerated() {
      let name = "paths[\(index)]"
      guard path.utf8.count <= HostQuery.pathLengthLimit else { throw field.invalid(name, "is too long") }
      guard path.utf8.first == UInt8(ascii: "/"), !path.utf8.contains(0) else {
        throw field.invalid(name, "is no absolute path: \"\(path.printable)\"")
      }
    }
    return paths
  }
}
