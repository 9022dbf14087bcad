public import Fleet
internal import RoostProto
internal import SwiftProtobuf

extension ObservedDomain {
  /// A hash of the domain as reported, equal on both ends of the wire; when it was seen does not count.
  ///
  /// FNV-1a over the serialised message, whose fields come in the order of their numbers.
  public var digest: UInt64 {
    var message = message
    message.seenAt = 0
    let bytes: [UInt8] = (try? message.serializedBytes()) ?? []
    // BOUNDED: a byte fits, and the product wraps.
    return bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
