import Fleet
import FleetTestKit
import GRPCCore
import RoostAPI
import RoostProto
import SwiftProtobuf
import Synchronization
import Testing

/// Listings on the wire: whole, in order, and no page above its limit.
@Suite("Pages of listings")
struct ListingTests {
  /// What a call has written.
  private final class Pages<Page: Sendable>: RPCWriterProtocol, Sendable {
    let written = Mutex<[Page]>([])

    func write(_ element: Page) async throws { written.withLock { $0.append(element) } }
    func write(contentsOf elements: some Sequence<Page>) async throws {
      let elements = Array(elements)
      written.withLock { $0 += elements }
    }
  }

  private func pages(_ vms: [Roost_V1_VM], _ size: UInt32) async throws -> [Roost_V1_ListVMsResponse] {
    let pages = Pages<Roost_V1_ListVMsResponse>()
    var writer = PageWriter(size, each: .with { $0.filtered = true }, to: RPCWriter(wrapping: pages))
    for vm in vms { try await writer.add(vm, to: \.vms) }
    try await writer.end()
    return pages.written.withLock { $0 }
  }

  private static func vm(_ number: Int, note: Int = 0) -> Roost_V1_VM {
    .with {
      $0.name = "vm-\(number)"
      if note > 0 { $0.notes = [String(repeating: "x", count: note)] }
    }
  }

  @Test(
    "no page has more rows than requested, and all together are the list", arguments: [1, 2, 7, 8, 100_000] as [UInt32])
  func rows(size: UInt32) async throws {
    for count in [0, 1, 7, 8, 9, 5000] {
      let vms = (0..<count).map { Self.vm($0) }
      let pages = try await pages(vms, size)
      #expect(pages.flatMap(\.vms) == vms)
      #expect(pages.allSatisfy { $0.filtered && $0.vms.count <= min(Int(size), PageLimit.rows) })
      #expect(count > 0 ? pages.allSatisfy { !$0.vms.isEmpty } : pages.count == 1)
    }
  }

  @Test("no page is larger than 1 MiB, whatever its rows hold")
  func bytes() async throws {
    let random = SeededRandomSource(seed: 3)
    let vms = (0..<400).map { Self.vm($0, note: Int(random.next() % 90_000)) }
    let pages = try await pages(vms, 4000)
    #expect(pages.flatMap(\.vms) == vms)
    let sizes = try pages.map { try ($0.serializedBytes() as [UInt8]).count }
    #expect(sizes.allSatisfy { $0 <= 1 << 20 })
    #expect(sizes.dropLast().allSatisfy { $0 > 900_000 }, "\(sizes)")
  }

  @Test("a client that names no page size gets one page with everything")
  func old() async throws {
    let vms = (0..<9000).map { Self.vm($0) }
    #expect(try await pages(vms, 0).map(\.vms) == [vms])
    #expect(try await pages([], 0).map(\.vms) == [[]])
  }

  @Test("a message takes no more bytes than are counted, and not many fewer")
  func size() throws {
    for seed in 0..<200 as Range<UInt64> {
      let values = RandomValues(seed: seed)
      let messages: [any SwiftProtobuf.Message] = [
        values.spec().message, values.constraints().message, values.facts().message, values.domain().message,
        values.policy().message, values.decision().message, values.action().message, values.error().failureMessage,
      ]
      for message in messages {
        let (counted, real) = (MessageSize.atMost(message), try (message.serializedBytes() as [UInt8]).count)
        #expect(counted >= real, "\(type(of: message)), seed \(seed)")
        #expect(counted <= real * 7 + 64, "\(type(of: message)), seed \(seed)")
      }
    }
  }
}
