import Fleet
import Foundation
import RoostProto
import Testing

@testable import Coordinator

/// The files from people's machines, where they are: in `$ROOST_SHARED`, or in `shared` beside the repository.
@Suite("Documents from people's machines")
struct SharedDocumentsTests {
  static var files: [URL] {
    let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder =
      ProcessInfo.processInfo.environment["ROOST_SHARED"].map { URL(filePath: $0) }
      ?? repository.deletingLastPathComponent().appending(path: "shared")
    let found = try? FileManager.default.contentsOfDirectory(
      at: folder.appending(path: "cases"), includingPropertiesForKeys: nil)
    return (found ?? []).filter { $0.pathExtension == "xml" }.sorted { $0.path < $1.path }
  }

  @Test("each is imported whole, whatever Roost does not model", arguments: files)
  func imported(file: URL) throws {
    var request = Roost_V1_ImportVMRequest()
    request.document = try String(contentsOf: file, encoding: .utf8)
    request.name = "case"
    let found = try DomainImporter().spec(of: request)
    let interfaces = request.document.components(separatedBy: "<interface ").count - 1
    #expect(found.spec.nics.count == interfaces)
    #expect(found.spec.disks.count == request.document.components(separatedBy: "<disk ").count - 1)
    #expect(throws: Never.self) { try found.constraints.validated() }
  }
}
