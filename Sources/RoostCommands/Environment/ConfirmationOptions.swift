internal import ArgumentParser
internal import Fleet

/// Whether to ask the user first.
struct ConfirmationOptions: ParsableArguments {
  @Flag(name: .long, help: "Do it without asking.")
  var yes = false

  @Flag(name: .long, help: "Never ask; without --yes that is a no.")
  var noInput = false

  /// Refuses at once, before any call, if `--yes` was not given and no user can answer.
  /// - Parameter given: the name from the command line where one is required.
  func checkAskable(_ question: String, given: String? = nil, in environment: CommandEnvironment) throws(FleetError) {
    guard !yes, given == nil, !environment.inputIsTerminal || noInput else { return }
    throw FleetError(.declined, "\(question.terminalSafe): nobody said yes", hint: "add --yes")
  }

  /// Lets the user type a name unless it was given: for a change that can't be undone `--yes` is not enough.
  /// - Returns: the name, as typed.
  /// - Throws: ``FleetError`` with code `declined` for another name, or none.
  func confirmName(
    _ name: String, given: String?, _ question: String, in environment: CommandEnvironment
  ) throws(FleetError) -> String {
    if let given {
      guard given == name else {
        throw FleetError(
          .declined, "\"\(given.terminalSafe)\" is not the name \"\(name.terminalSafe)\"; nothing was done")
      }
      return given
    }
    guard environment.inputIsTerminal, !noInput else {
      throw FleetError(
        .declined, "\(question.terminalSafe): nobody said its name", hint: "add --confirm \(name.terminalSafe)")
    }
    environment.errors.write("\(question.terminalSafe). Type its name to go on: ")
    guard readLine() == name else { throw FleetError(.declined, "nothing was done") }
    return name
  }

  /// Asks, unless `--yes` was given.
  /// - Throws: ``FleetError`` with code `declined`.
  func confirm(_ question: String, in environment: CommandEnvironment) throws(FleetError) {
    guard !yes else { return }
    guard environment.inputIsTerminal, !noInput else {
      throw FleetError(.declined, "\(question.terminalSafe): nobody said yes", hint: "add --yes")
    }
    environment.errors.write("\(question.terminalSafe)? [y/N] ")
    let answer = readLine()?.lowercased() ?? ""
    guard answer == "y" || answer == "yes" else { throw FleetError(.declined, "nothing was done") }
  }
}
