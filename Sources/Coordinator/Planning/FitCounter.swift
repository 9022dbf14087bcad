import Dispatch
import Fleet
import RoostAPI
import RoostProto
import Scheduling
import SwiftProtobuf

/// Counts how many more VMs fit, on a thread of its own and one count after the other, so that nothing waits for it.
///
/// A count that has begun is carried to its end, even if nobody waits for it any more; its cost is limited beforehand.
struct FitCounter: Sendable {
  /// The sizes, and what they are counted under.
  struct Question: Sendable {
    var sizes: [PlacementRequest]
    var survive: Int?
    /// The host that one more is like, or empty.
    var like = ""
  }

  /// The counts of all sizes.
  struct Answer: Sendable {
    var fits: [Fit]
    var survive: Int
    var elapsedSeconds: Double
  }

  /// The most sizes of one question.
  static let sizeLimit = 16
  /// The most questions that wait.
  static let queueLimit = 4
  /// The most failures of hosts, times hosts, that are examined for one question: some seconds.
  static let costLimit = 2e7

  private static let thread = DispatchQueue(label: "roost.fit")
  private let turn = AsyncSemaphore(1)

  /// Counts on these hosts.
  /// - Throws: ``FleetError``: `not_found` for a host to be like, `exhausted` for what would take too long;
  ///   ``CancellationError`` if the call ends before its turn.
  func count(_ question: Question, on index: PlacementIndex, clock: any WallClock) async throws -> Answer {
    let survive = question.survive ?? index.policy.survive
    guard question.like.isEmpty || index.host(question.like) != nil else {
      throw FleetError(
        .notFound, "there is no host \"\(question.like.printable)\"", hint: "roost host list")
    }
    guard Self.cost(question, survive, hosts: index.hosts.count, under: index.policy) <= Self.costLimit else {
      throw Self.tooLong
    }
    guard turn.waiting < Self.queueLimit else { throw Self.tooLong }
    return try await turn.pass {
      await withCheckedContinuation { continuation in
        Self.thread.async {
          let start = clock.now()
          let fits = question.fits(on: index, survive: survive)
          continuation.resume(
            returning: Answer(fits: fits, survive: survive, elapsedSeconds: clock.now().seconds(since: start)))
        }
      }
    }
  }

  private static let tooLong = FleetError(
    .exhausted, "the coordinator has no time to count how many VMs fit", retryable: true)

  /// How many failures of hosts are examined, times the hosts that may take over.
  static func cost(_ question: Question, _ survive: Int, hosts: Int, under policy: PlacementPolicy) -> Double {
    let hosts = Double(hosts)
    var failures = 1.0
    for _ in 0..<survive { failures *= hosts }
    let isGrouped = question.sizes.contains { !$0.constraints.groups.isEmpty } && !policy.rules.isEmpty
    return Double(question.sizes.count) * hosts * failures * (isGrouped ? hosts : 1)
  }
}

extension FitCounter.Question {
  /// Reads a client's question.
  /// - Throws: ``FleetError`` with code `invalid`.
  init(_ request: Roost_V1_CountFitRequest) throws(FleetError) {
    guard (1...FitCounter.sizeLimit).contains(request.sizes.count) else {
      throw FleetError(.invalid, "\(request.sizes.count) sizes are not 1 to \(FitCounter.sizeLimit)")
    }
    guard request.survive <= 2 else { throw FleetError(.invalid, "survive is 0, 1 or 2") }
    guard request.like.isEmpty || request.sizes.count == 1 else {
      throw FleetError(.invalid, "one more host like another is counted with for one size")
    }
    sizes = []
    survive = request.hasSurvive ? Int(request.survive) : nil
    like = request.like
    for (number, size) in request.sizes.enumerated() {
      let path = FieldPath("sizes").element(number)
      let spec = try VMSpec(size.spec, at: path.field("spec"))
      guard (1...1024).contains(spec.vcpus) else {
        throw path.field("spec").invalid("vcpus", "is not a number of CPUs from 1 to 1024: \(spec.vcpus)")
      }
      // Checked as a VM that is to be made, whatever the size is called: no sum overflows that its parts pass.
      var unnamed = spec
      unnamed.name = "size"
      try unnamed.checkedWithoutDocument().validated()
      let constraints = try PlacementConstraints(size.constraints, at: path.field("constraints"))
      try constraints.validated()
      sizes.append(PlacementRequest(spec: spec, constraints: constraints))
    }
  }

  fileprivate func fits(on index: PlacementIndex, survive: Int) -> [Fit] {
    guard !like.isEmpty, let size = sizes.first else {
      return Fit.tiers(sizes, on: index.hosts, under: index.policy, survive: survive)
    }
    return [Fit.withAnother(like: like, for: size, on: index.hosts, under: index.policy, survive: survive)]
      .compactMap { $0 }
  }
}

extension FitCounter.Answer {
  /// Writes the answer in pages.
  func write(to pages: inout PageWriter<Roost_V1_CountFitResponse>) async throws {
    for (size, fit) in fits.enumerated() {
      for share in fit.perHost {
        var row = Roost_V1_FitShare()
        row.size = UInt32(clamping: size)
        row.host = share.host
        row.count = UInt64(clamping: share.count)
        try await pages.add(row, to: \.shares)
      }
    }
    for (size, fit) in fits.enumerated() {
      for refusal in fit.limitedBy {
        var row = Roost_V1_FitLimit()
        row.size = UInt32(clamping: size)
        row.refusal = refusal.message
        try await pages.add(row, to: \.limits)
      }
    }
  }

  /// What the first page has besides its rows.
  var head: Roost_V1_CountFitResponse {
    var head = Roost_V1_CountFitResponse()
    head.totals = fits.map { fit in
      .with {
        $0.count = UInt64(clamping: fit.count)
        $0.atMost = UInt64(clamping: fit.atMost)
      }
    }
    head.survive = UInt32(clamping: survive)
    head.elapsedSeconds = elapsedSeconds
    return head
  }
}
