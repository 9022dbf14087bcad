import Libvirt
import Testing

@Suite("Errors of libvirt")
struct LibvirtErrorTests {
  @Test("a missing domain is caught by its code, and the error says who failed")
  func missingDomain() throws {
    let connection = try TestDriver.open()
    do {
      _ = try connection.domain(named: "nobody")
      Issue.record("a domain that does not exist was found")
    } catch LibvirtError.Code.noDomain {
      let error = try #require(throws: LibvirtError.self) { try connection.domain(named: "nobody") }
      #expect(error.function == "virDomainLookupByName")
      #expect(error.domain == .test)
      #expect(error.level == .error)
      #expect(!error.message.isEmpty)
    }
  }

  @Test("a code newer than the library survives and matches itself alone")
  func unknownCode() {
    let code = LibvirtError.Code(rawValue: 4711)
    let error: any Error = LibvirtError(code: code, message: "new", function: "virNew")
    #expect(code ~= error)
    #expect(!(LibvirtError.Code.noDomain ~= error))
    #expect(!(code ~= CancellationError()))
    #expect("\(error)" == "virNew: new (libvirt error 4711)")
  }

  @Test(
    "each fault has its code",
    arguments: [
      (Fault.noDaemon, LibvirtError.Code.systemError), (.malformedXML, .xmlDetail),
      (.senselessXML, .xmlError), (.badUUID, .invalidArgument), (.zeroByte, .invalidArgument),
      (.stopTwice, .operationInvalid), (.noNetwork, .noNetwork), (.noPool, .noStoragePool),
      (.notInThisDriver, .noSupport), (.startReadOnly, .operationDenied), (.goneDomain, .noDomain),
    ])
  func codes(fault: Fault, code: LibvirtError.Code) throws {
    let error = try #require(throws: LibvirtError.self) { try fault.commit() }
    #expect(error.code == code, "\(error)")
  }

  @Test("a broken connection is told apart from a refused call")
  func connectionLost() {
    func error(_ code: LibvirtError.Code, _ domain: LibvirtError.Domain) -> LibvirtError {
      LibvirtError(code: code, domain: domain, message: "", function: "")
    }
    #expect(error(.rpc, .rpc).isConnectionLost)
    #expect(error(.systemError, .rpc).isConnectionLost)
    #expect(error(.internalError, .rpc).isConnectionLost)
    #expect(!error(.internalError, .qemu).isConnectionLost)
    #expect(error(.invalidConnection, .none).isConnectionLost)
    #expect(!error(.systemError, .qemu).isConnectionLost)
    #expect(!error(.noDomain, .qemu).isConnectionLost)
    #expect(throws: LibvirtError.self) {
      do { try Fault.noDaemon.commit() } catch let error as LibvirtError {
        #expect(error.isConnectionLost)
        throw error
      }
    }
  }
}
