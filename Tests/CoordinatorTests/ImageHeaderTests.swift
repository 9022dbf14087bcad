import Fleet
import FleetTestKit
import Testing

@testable import Coordinator

@Suite("The first bytes of an image")
struct ImageHeaderTests {
  /// A qcow2 header of version 3 for 64 MiB, as `qemu-img create` writes it, in a file of five clusters.
  static func qcow2(_ change: (inout [UInt8]) -> Void = { _ in }) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 65536)
    func put(_ value: UInt64, _ offset: Int, _ count: Int) {
      for index in 0..<count {
        bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - index)))
      }
    }
    bytes[0...3] = [0x51, 0x46, 0x49, 0xFB]
    put(3, 4, 4)
    put(16, 20, 4)
    put(64 << 20, 24, 8)
    put(1, 36, 4)
    put(3 << 16, 40, 8)
    put(1 << 16, 48, 8)
    put(1, 56, 4)
    put(4, 96, 4)
    put(112, 100, 4)
    change(&bytes)
    return bytes
  }

  private func read(_ bytes: [UInt8], size: Int64 = 5 << 16) throws -> ImageHeader {
    try ImageHeader(bytes, ofFile: size)
  }

  @Test("a plain qcow2 file, a raw one and an ISO are told apart")
  func formats() throws {
    #expect(try read(Self.qcow2()).format == .qcow2)
    #expect(try read(Self.qcow2()).virtualSize == .mebibytes(64))
    #expect(try read([UInt8](repeating: 0, count: 1000), size: 1000).virtualSize == ByteCount(bytes: 1024))
    var iso = [UInt8](repeating: 0, count: 65536)
    iso[32768..<32774] = [1, 0x43, 0x44, 0x30, 0x30, 0x31]
    #expect(try read(iso, size: 65536).format == .iso)
  }

  @Test(
    "what reaches beyond the file, or is absurd, is refused",
    arguments: [
      (8, 1), (32, 1), (35, 2), (60, 1), (63, 1), (20, 1), (23, 8), (23, 22), (24, 0x80), (40, 0x80), (47, 1),
      (48, 0x80), (55, 1), (36, 0xFF), (56, 0xFF), (79, 2), (79, 4), (72, 0x80), (99, 7), (103, 1), (7, 9),
    ])
  func refused(_ offset: Int, _ value: UInt8) {
    #expect(throws: FleetError.self, "byte \(offset) = \(value)") { try read(Self.qcow2 { $0[offset] = value }) }
  }

  @Test("tables behind the end, a cut file and an external data file by name are refused")
  func cut() {
    #expect(throws: FleetError.self) { try read(Self.qcow2(), size: 3 << 16) }
    #expect(throws: FleetError.self) { try read(Array(Self.qcow2().prefix(80))) }
    #expect(throws: FleetError.self) { try read(Self.qcow2 { $0[112..<120] = [0x44, 0x41, 0x54, 0x41, 0, 0, 0, 4] }) }
    #expect(throws: FleetError.self) { try read([], size: 0) }
  }

  @Test("other formats are named", arguments: ["KDMV", "# Disk DescriptorFile\n", "vhdxfile", "conectix", "QED\0"])
  func foreign(_ beginning: String) {
    #expect(throws: FleetError.self) { try read(Array(beginning.utf8) + [UInt8](repeating: 0, count: 512)) }
  }

  @Test("any bytes are read or refused")
  func noise() {
    var (read, refused) = (0, 0)
    for seed in 0..<5000 as Range<UInt64> {
      let source = SeededRandomSource(seed: seed)
      let bytes = Self.qcow2 { bytes in
        for _ in 0...source.int(in: 0...6) {
          bytes[source.int(in: 4...300)] = UInt8(truncatingIfNeeded: source.next())
        }
      }
      do throws(FleetError) {
        let header = try ImageHeader(bytes, ofFile: Int64(source.int(in: 0...1 << 20)))
        #expect((0...ImageHeader.largest).contains(header.virtualSize.bytes), "seed \(seed)")
        read += 1
      } catch {
        #expect(error.code == .invalid, "seed \(seed)")
        refused += 1
      }
    }
    #expect(read > 0)
    #expect(refused > 0)
  }
}
