import Fleet
import Testing

@Suite("A count of bytes")
struct ByteCountTests {
  @Test(
    "sizes are read as people write them",
    arguments: [
      ("0", 0), ("1", 1), ("1048576", 1 << 20), ("512b", 512), ("1k", 1 << 10), ("1KiB", 1 << 10), ("1kib", 1 << 10),
      ("1KB", 1000), ("1.5K", 1536), ("512M", 512 << 20), ("512MiB", 512 << 20), ("5MB", 5_000_000),
      ("4GiB", 4 << 30), ("20G", 20 << 30), ("2.5GiB", 5 << 29), ("1.5TiB", 3 << 39), ("1TB", 1_000_000_000_000),
      ("8191P", 8191 << 50), ("3PB", 3_000_000_000_000_000), ("0.5GiB", 1 << 29), ("0.000001G", 1073),
      ("007G", 7 << 30), ("9223372036854775807", Int64.max),
    ] as [(String, Int64)])
  func reads(_ text: String, _ bytes: Int64) throws {
    #expect(try ByteCount(parsing: text).bytes == bytes)
  }

  @Test(
    "what is not a size is refused",
    arguments: [
      "", " ", "G", "GiB", "-1", "-1G", "+1", "1.", "1.G", ".5G", "1..5G", "1.5.5G", "1.5", "1.5b", "1 GiB", "1GiB ",
      "1 ", "0x10", "1e3", "1,5G", "4gigs", "4\u{212A}", "٣G", "½G", "1\u{0}G", "NaN", "inf", "1.1234567G",
      "1G1", "one", String(repeating: "1", count: 100_000), "1" + String(repeating: "G", count: 50),
    ])
  func refuses(_ text: String) {
    let error = #expect(throws: FleetError.self) { try ByteCount(parsing: text) }
    #expect(error?.code == .invalid)
  }

  @Test(
    "a size beyond the range is refused and never wraps around",
    arguments: [
      "9223372036854775808", "8192P", "8796093022208T", "99999999999999999999", "8191.999999999P",
      "9223372036854775807K", "9223372036854775807.5K",
    ])
  func tooLarge(_ text: String) {
    let error = #expect(throws: FleetError.self) { try ByteCount(parsing: text) }
    #expect(error?.code == .invalid)
  }

  @Test("a size below the range's end with a fraction is kept")
  func nearTheEnd() throws {
    #expect(try ByteCount(parsing: "8191.5P").bytes == 8191 << 50 + 1 << 49)
  }

  @Test("sums and products are held to the range, differences to zero")
  func arithmetic() {
    #expect(ByteCount(bytes: .max) + .gibibytes(1) == ByteCount(bytes: .max))
    #expect(ByteCount.gibibytes(1) - .gibibytes(2) == .zero)
    #expect(ByteCount.gibibytes(.max) == ByteCount(bytes: .max))
    #expect(ByteCount.mebibytes(.min) == .zero)
    #expect(ByteCount(bytes: -5) == .zero)
    var sum = ByteCount.gibibytes(1)
    sum += .gibibytes(2)
    #expect(sum == .gibibytes(3))
  }

  @Test(
    "a size is written in the largest unit with at most one decimal",
    arguments: [
      (0, "0B"), (1023, "1023B"), (1024, "1KiB"), (1536, "1.5KiB"), (1 << 20, "1MiB"), (4 << 30, "4GiB"),
      (3 << 29, "1.5GiB"), ((1 << 30) - 1, "1023.9MiB"), (1 << 40, "1TiB"), (1 << 50, "1PiB"),
      (Int64.max, "8191.9PiB"),
    ] as [(Int64, String)])
  func writes(_ bytes: Int64, _ text: String) {
    #expect(ByteCount(bytes: bytes).description == text)
  }

  @Test("whole units read back as they were written", arguments: [1, 3, 512, 1023])
  func roundTrip(_ count: Int64) throws {
    for memory in [ByteCount.mebibytes(count), .gibibytes(count), ByteCount(bytes: count)] {
      #expect(try ByteCount(parsing: memory.description) == memory)
    }
  }
}
