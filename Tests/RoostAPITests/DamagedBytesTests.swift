import Fleet
import FleetTestKit
import Foundation
import RoostAPI
import RoostProto
import SwiftProtobuf
import Testing

/// Bytes that were damaged on their way are read or refused, and never end the process.
@Suite("Damaged bytes")
struct DamagedBytesTests {
  private func attack<Value: MessageDecodable>(
    _ type: Value.Type, _ make: (RandomValues) -> Value.Message
  ) throws where Value.Message: SwiftProtobuf.Message {
    var read = 0
    var refused = 0
    for seed in 0..<400 as Range<UInt64> {
      let values = RandomValues(seed: seed)
      var bytes: [UInt8] = try make(values).serializedBytes()
      for _ in 0...values.source.int(in: 0...4) where !bytes.isEmpty {
        let index = values.source.int(in: 0...bytes.count - 1)
        switch values.source.int(in: 0...3) {
        case 0: bytes[index] = UInt8(truncatingIfNeeded: values.source.next())
        case 1: bytes[index] ^= 0x80
        case 2: bytes.removeSubrange(index...)
        default: bytes.insert(0xFF, at: index)
        }
      }
      guard let message = try? Value.Message(serializedBytes: bytes) else { continue }
      if Self.isRead(message, as: type) { read += 1 } else { refused += 1 }
    }
    #expect(read + refused > 0)
  }

  /// Whether a value can be made of a message; a refusal must be one of what was sent.
  private static func isRead<Value: MessageDecodable>(_ message: Value.Message, as type: Value.Type) -> Bool {
    do throws(FleetError) {
      _ = try Value(message)
      return true
    } catch {
      #expect(error.code == .invalid)
      return false
    }
  }

  @Test("of every large message")
  func all() throws {
    try attack(VMSpec.self) { $0.spec().message }
    try attack(HostFacts.self) { $0.facts().message }
    try attack(ObservedDomain.self) { $0.domain().message }
    try attack(AgentAction.self) { $0.action().message }
    try attack(HostQuery.self) { $0.query().message }
    try attack(HostAnswer.self) { $0.answer().message }
    try attack(FleetOperation.self) { $0.operation().message }
    try attack(VMSummary.self) { $0.vm().message }
    try attack(HostSummary.self) { $0.host().message }
    try attack(MACLedgerEntry.self) { $0.macEntry().message }
    try attack(PlacementDecision.self) { $0.decision().message }
    try attack(FleetError.self) { $0.error().failureMessage }
  }

  @Test("or made of nothing but noise")
  func noise() {
    var outcomes = [true: 0, false: 0]
    func take<Value: MessageDecodable>(_ message: Value.Message?, as type: Value.Type) {
      guard let message else { return }
      outcomes[Self.isRead(message, as: type), default: 0] += 1
    }
    for seed in 0..<2000 as Range<UInt64> {
      let source = SeededRandomSource(seed: seed)
      let bytes = (0..<source.int(in: 0...200)).map { _ in UInt8(truncatingIfNeeded: source.next()) }
      let hello = try? Roost_V1_Hello(serializedBytes: bytes)
      take(hello, as: HighWaterMarks.self)
      take(hello?.host, as: HostFacts.self)
      take(try? Roost_V1_Action(serializedBytes: bytes), as: AgentAction.self)
      take(try? Roost_V1_VMSpec(serializedBytes: bytes), as: VMSpec.self)
      take(try? Roost_V1_Domain(serializedBytes: bytes), as: ObservedDomain.self)
    }
    #expect(outcomes.allSatisfy { $0.value > 0 }, "\(outcomes)")
  }
}
