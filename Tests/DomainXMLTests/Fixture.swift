import DomainXML
import Foundation
import Testing

/// The documents in `Fixtures`, and the seed's where it lies beside the repository.
enum Fixture {
  /// The text of `Fixtures/NAME.xml`.
  static func text(_ name: String) throws -> String {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "xml"))
    return try String(contentsOf: url, encoding: .utf8)
  }

  /// `Fixtures/NAME.xml` as a domain.
  static func domain(_ name: String) throws -> DomainDocument { try DomainDocument(parsing: text(name)) }

  /// The seed's own domain, from `ROOST_SEED_DIR` or the folder beside the repository; nil where there is none.
  static var seed: String? {
    let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder =
      ProcessInfo.processInfo.environment["ROOST_SEED_DIR"].map { URL(filePath: $0) }
      ?? repository.deletingLastPathComponent().appending(path: "shared/seed")
    return try? String(contentsOf: folder.appending(path: "test_ubuntu.xml"), encoding: .utf8)
  }

  /// A small domain with the given lines among its children.
  static func small(_ lines: String = "<memory unit='MiB'>64</memory>", devices: String = "") -> String {
    "<domain type='qemu'>\n  <name>small</name>\n  \(lines)\n  <os>\n    <type arch='x86_64'>hvm</type>\n  </os>\n"
      + "  <devices>\(devices)</devices>\n</domain>\n"
  }

  /// The code of the error that `body` throws; fails if it throws none.
  static func code<T>(of body: () throws(DomainXMLError) -> T) -> DomainXMLError.Code? {
    do throws(DomainXMLError) {
      _ = try body()
      return nil
    } catch {
      return error.code
    }
  }
}
