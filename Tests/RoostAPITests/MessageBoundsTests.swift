import Fleet
import FleetTestKit
import Foundation
import GRPCCore
import RoostProto
import SwiftProtobuf
import Testing

@testable import RoostAPI

/// The limits of all fields of all messages, tried with bytes that are made from the text of the .proto files.
@Suite("The limits of messages")
struct MessageBoundsTests {
  /// What the .proto files say.
  static let schema = Result {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("proto/roost/v1")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return ProtoSchema(
      parsing: try files.filter { $0.pathExtension == "proto" }.map { try String(contentsOf: $0, encoding: .utf8) })
  }

  /// What the border says of bytes; nil if it lets them pass.
  private static func refusal(_ bytes: [UInt8], _ type: any SwiftProtobuf.Message.Type) -> String? {
    bytes.withUnsafeBytes { (buffer) -> String? in
      do throws(FleetError) {
        try MessageBounds.check(buffer, as: type)
        return nil
      } catch {
        #expect(error.code == .invalid)
        return error.message
      }
    }
  }

  private static func text(_ count: Int) -> WireBytes.Value { .counted(Array(repeating: 0x61, count: count)) }

  /// The largest value of a field that passes, and the smallest that does not; nil for what has no size.
  private static func edges(
    _ kind: ProtoSchema.Kind, _ field: String, _ message: String
  ) -> (fits: WireBytes.Value, exceeds: WireBytes.Value)? {
    switch kind {
    case .text, .bytes:
      let limit = FieldLimit.bytes(of: field, in: message)
      #expect(limit <= FieldLimit.document)
      return (text(limit), text(limit + 1))
    case .unsigned64:
      let limit = FieldLimit.number(of: field, in: message)
      return limit == .max ? nil : (.varint(limit), .varint(limit + 1))
    case .signed64:
      return (.varint(FieldLimit.number), .varint(UInt64(bitPattern: -Int64(FieldLimit.number) - 1)))
    case .unsigned32: return (.varint(UInt64(UInt32.max)), .varint(UInt64(UInt32.max) + 1))
    case .signed32: return (.varint(UInt64(Int32.max)), .varint(UInt64(Int32.max) + 1))
    case .real: return (.eightBytes(1.0.bitPattern), .eightBytes(Double.nan.bitPattern))
    case .map(let value): return edges(value, field, message)
    case .bool, .message: return nil
    }
  }

  @Test("every method's messages are known to the border")
  func methods() throws {
    let schema = try Self.schema.get()
    #expect(Set(RoostMethods.messages.keys) == Set(schema.methods.map(\.name)))
    for method in schema.methods {
      let messages = try #require(RoostMethods.messages[method.name])
      #expect(messages.request.protoMessageName == "roost.v1.\(method.request)")
      #expect(messages.response.protoMessageName == "roost.v1.\(method.response)")
    }
  }

  @Test("no field of any message is without a limit, and each passes at its limit")
  func everyField() throws {
    let schema = try Self.schema.get()
    var covered: Set<String> = []
    for method in schema.methods {
      let messages = try #require(RoostMethods.messages[method.name])
      let sides = [(method.request, messages.request), (method.response, messages.response)]
      for (root, type) in sides {
        for path in schema.paths(from: root) where covered.insert(path.name).inserted {
          let field = try #require(path.fields.last)
          if let edges = Self.edges(field.kind, field.name, path.message) {
            #expect(Self.refusal(WireBytes.message(path, edges.fits), type) == nil, "\(path.name)")
            let refusal = Self.refusal(WireBytes.message(path, edges.exceeds), type)
            #expect(refusal?.contains(field.name) == true, "\(path.name): \(refusal ?? "passes")")
          }
          var isList = field.isRepeated
          if case .map = field.kind { isList = true }
          guard isList else { continue }
          let limit = FieldLimit.elements(of: field.name, in: path.message)
          #expect(Self.refusal(WireBytes.list(path, limit), type) == nil, "\(path.name)")
          #expect(Self.refusal(WireBytes.list(path, limit + 1), type)?.contains("elements") == true, "\(path.name)")
        }
      }
    }
    // What a mark states travels as signed bytes, and is read only when the signature is the coordinator's own.
    let all = schema.messages.filter { $0.key != "MarkStatement" }.flatMap { message, fields in
      fields.map { "\(message).\($0.name)" }
    }
    #expect(covered == Set(all))
    print("limits of \(covered.count) fields of \(schema.messages.count) messages tried")
  }

  @Test("a refusal names the field by its whole way")
  func names() {
    let disk = Roost_V1_DiskSpec.with { $0.path = String(repeating: "x", count: 5000) }
    let request = Roost_V1_CreateVMRequest.with { $0.spec.disks = [.init(), disk] }
    let bytes: [UInt8] = (try? request.serializedBytes()) ?? []
    #expect(
      Self.refusal(bytes, Roost_V1_CreateVMRequest.self)
        == "the field spec.disks[1].path holds 5000 bytes; at most 4096 fit")
  }

  @Test("a message of millions of empty parts is refused before one of them is made")
  func bloat() {
    let hello = WireBytes.field(8, .counted([]))
    var bytes: [UInt8] = []
    for _ in 0..<2_000_000 { bytes += hello }
    let message = WireBytes.field(1, .counted(bytes))
    #expect(Self.refusal(message, Roost_V1_AgentMessage.self)?.contains("elements") == true)
    // Lists within lists come to a sum of their own.
    let nics = (0..<250).flatMap { _ in WireBytes.field(6, .counted([])) }
    let domain = WireBytes.field(8, .counted(WireBytes.field(7, .counted(nics))))
    let domains = (0..<2000).flatMap { _ in domain }
    #expect(Self.refusal(WireBytes.field(1, .counted(domains)), Roost_V1_AgentMessage.self)?.contains("values") == true)
  }

  @Test("what a newer peer adds passes, as long as it is little")
  func unknown() {
    let few = WireBytes.field(199, .counted([UInt8](repeating: 1, count: 60_000)))
    #expect(Self.refusal(few, Roost_V1_Hello.self) == nil)
    #expect(Self.refusal(few + few, Roost_V1_Hello.self) != nil)
  }

  @Test("bytes that are no message are refused or passed on, never read past their end")
  func noise() {
    for seed in 0..<3000 as Range<UInt64> {
      let source = SeededRandomSource(seed: seed)
      let bytes = (0..<source.int(in: 0...64)).map { _ in UInt8(truncatingIfNeeded: source.next()) }
      _ = Self.refusal(bytes, Roost_V1_AgentMessage.self)
      _ = Self.refusal(bytes, Roost_V1_PlanBatchRequest.self)
    }
    for bytes in [[0x0A], [0x0A, 0xFF], [0x08], [0x09, 1, 2], [0x0B], [0x07], [UInt8](repeating: 0xFF, count: 11)] {
      #expect(Self.refusal(bytes, Roost_V1_AgentMessage.self) != nil)
    }
  }

  @Test("texts of programs and of other people's domains are cut to what a field takes")
  func held() {
    #expect("äöü".held(to: 5) == "äö")
    #expect("short".held() == "short")
    let error = FleetError(.internal, String(repeating: "€", count: 9000), hint: "h")
    #expect(error.failureMessage.message.utf8.count <= FieldLimit.text)
    let bytes: [UInt8] = (try? error.failureMessage.serializedBytes()) ?? []
    #expect(Self.refusal(bytes, Roost_V1_Failure.self) == nil)
  }
}
