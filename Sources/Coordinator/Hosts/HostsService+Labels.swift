import Fleet
import GRPCCore
import RoostAPI
import RoostProto
import Store
import SwiftProtobuf

extension HostsService {
  /// The most labels of a host.
  private static let labelLimit = 64

  func setLabels(
    request: Roost_V1_SetHostLabelsRequest, context: ServerContext
  ) async throws -> Roost_V1_HostResponse {
    let write = try IdempotencyKey(id: request.requestID, body: request)
    if let earlier = try await store.earlier(write, as: .message) as Roost_V1_HostResponse? { return earlier }
    for (name, value) in request.set {
      try NameRule.checked(name, of: "label")
      guard !value.isEmpty, value.utf8.count <= 255, !value.utf8.contains(0) else {
        throw FleetError(
          .invalid, "the value of label \"\(name)\" is empty, too long or no text",
          hint: "take a label away with: roost host label \(request.host.shellQuoted) \(name.shellQuoted)-")
      }
    }
    let view = await inventory.view
    let entry = try view.requiredHost(request.host)
    let now = admission.clock.now()
    return try await store.carryOut(write, answering: .message, at: now) { transaction in
      guard var host = try transaction.host(entry.host.id) else {
        throw FleetError(.notFound, "there is no host \"\(entry.host.name)\" any more")
      }
      var labels = host.labels.filter { !request.remove.contains($0.key) }
      labels.merge(request.set) { _, new in new }
      guard labels.count <= Self.labelLimit else {
        throw FleetError(.invalid, "a host has \(Self.labelLimit) labels at most, not \(labels.count)")
      }
      if labels != host.labels {
        host.labels = labels
        try transaction.updateHost(host)
        let text = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
        try transaction.appendEvent(
          at: now, kind: .hostLabels, subject: host.name,
          message: text.isEmpty ? "host \(host.name) has no label any more" : "host \(host.name) has the labels \(text)"
        )
      }
      var changed = entry
      changed.host = host
      return .with { $0.host = view.summary(of: changed).message }
    }
  }
}
