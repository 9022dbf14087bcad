public import Fleet
public import RoostProto

extension ConflictNote: MessageDecodable {
  public init(_ message: Roost_V1_ConflictNote, at path: FieldPath) throws(FleetError) {
    self.init(
      kind: try path.word(message.kind, "kind"), sentence: message.sentence, isDoubleRun: message.doubleRun)
  }

  /// The note as the wire carries it.
  public var message: Roost_V1_ConflictNote {
    var result = Roost_V1_ConflictNote()
    result.kind = kind.rawValue
    result.sentence = sentence
    result.doubleRun = isDoubleRun
    return result
  }
}
