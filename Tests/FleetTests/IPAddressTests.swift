import Fleet
import Testing

@Suite("IPAddress")
struct IPAddressTests {
  @Test(
    "addresses of both versions are known",
    arguments: [
      "0.0.0.0", "127.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::",
      "::2:3:4:5:6:7:8", "2001:DB8::ff00:42:8329",
    ])
  func known(_ text: String) { #expect(IPAddress.isAddress(text)) }

  @Test(
    "other text is not an address",
    arguments: [
      "", ".", ":", ":::", "1:", ":1", "1::2::3", "::1::", "face", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4",
      "1.2.3.", "+1.2.3.4", "-1.2.3.4", "1.2.3.4 ", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "localhost",
      "[::1]", "fe80::1%eth0", "1:2:3:4:5:6:7:8::", "٣.0.0.1", String(repeating: ":", count: 100_000),
    ])
  func unknown(_ text: String) { #expect(!IPAddress.isAddress(text)) }
}
