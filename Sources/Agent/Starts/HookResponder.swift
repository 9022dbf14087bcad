internal import DomainXML
internal import Fleet
internal import Logging

/// Answers libvirt's hook: reads the document and asks the judge. It never calls libvirt, which waits for the answer.
actor HookResponder {
  /// The longest time for the judge; the hook itself waits a little longer.
  static let patience = Duration.milliseconds(300)
  /// How long an announced arrival by migration is valid, in seconds.
  private static let arrivalSeconds = 10.0

  private let judge: any StartJudge
  private let environment: AgentEnvironment
  private let logger: Logger
  private var arrivals: [VMID: Timestamp] = [:]

  init(judge: any StartJudge, environment: AgentEnvironment, logger: Logger) {
    self.judge = judge
    self.environment = environment
    self.logger = logger
  }

  /// Answers one question.
  func answer(_ question: HookQuestion) async -> HookAnswer {
    let begin = environment.wallClock.now()
    let answer = await verdict(question)
    // BOUNDED: held between nothing and twelve days.
    let milliseconds = Int(min(max(0, environment.wallClock.now().seconds(since: begin)), 1e6) * 1000)
    let level: Logger.Level = answer.ruling == .allow ? .debug : .warning
    logger.log(
      level: level, "libvirt starts a domain",
      metadata: [
        "domain": "\(question.name.printable)", "ruling": "\(answer.ruling)", "why": "\(answer.sentence)",
        "milliseconds": "\(milliseconds)",
      ])
    return answer
  }

  private func verdict(_ question: HookQuestion) async -> HookAnswer {
    var start: DomainStart
    do {
      start = try DomainStart(document: question.document, name: question.name)
    } catch {
      return HookAnswer(.unanswered, "the domain's document can't be read")
    }
    let now = environment.wallClock.now()
    arrivals = arrivals.filter { now.seconds(since: $0.value) < Self.arrivalSeconds }
    // The duplicate is the guest's own source, which is about to end.
    if question.operation == "migrate" {
      arrivals[start.id] = now
      return HookAnswer(.allow)
    }
    start.isIncoming = arrivals.removeValue(forKey: start.id) != nil
    let asked = start
    do {
      return HookAnswer(
        try await environment.limit("the coordinator", to: Self.patience) { [judge] in try await judge.judge(asked) })
    } catch {
      return HookAnswer(.unanswered, FleetError(agent: error).message)
    }
  }
}
