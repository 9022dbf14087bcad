internal import DomainXML
internal import Fleet
internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf
internal import Synchronization

/// Judges starts: the coordinator, or a model of it in tests.
protocol StartJudge: Sendable {
  /// Judges a start.
  /// - Throws: ``FleetError`` with code `unreachable` without a coordinator.
  func judge(_ start: DomainStart) async throws -> StartVerdict
}

/// Asks over the present connection to the coordinator.
final class CoordinatorStartJudge: StartJudge {
  private let client = Mutex<CoordinatorConnection.Client?>(nil)

  /// Sets the present connection; nil for none.
  func use(_ next: CoordinatorConnection.Client?) { client.withLock { $0 = next } }

  func judge(_ start: DomainStart) async throws -> StartVerdict {
    guard let client = client.withLock({ $0 }) else {
      throw FleetError(.unreachable, "the coordinator is not connected", retryable: true)
    }
    do {
      return try StartVerdict(await Roost_V1_AgentLink.Client(wrapping: client).judgeStart(start.message))
    } catch let error as RPCError {
      throw FleetError(error)
    }
  }
}

extension DomainStart {
  /// Reads the document that libvirt passes to its hook.
  /// - Throws: ``FleetError`` with code `invalid` for a text that is not a domain or has no UUID.
  init(document text: String, name: String) throws(FleetError) {
    let document: DomainDocument
    let uuid: String?
    do {
      document = try DomainDocument(parsing: text)
      uuid = try document.uuid
    } catch {
      throw FleetError(.invalid, "the domain's document can't be read: \(error)")
    }
    guard let id = uuid.flatMap({ VMID($0) }) else {
      throw FleetError(.invalid, "the domain's document names no UUID")
    }
    let configuration = DomainConfiguration(document)
    self.init(
      id: id, name: name, nics: configuration.nics + configuration.passedMACs.map { ObservedNIC(mac: $0) },
      ports: configuration.graphics.filter { $0.type == "vnc" && !$0.autoport }.compactMap(\.port),
      disks: configuration.disks.filter(\.isWrittenAlone).flatMap { $0.namesElsewhere.sorted() })
  }
}
