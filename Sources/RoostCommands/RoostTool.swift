internal import ArgumentParser
internal import Fleet
internal import GRPCCore
internal import Platform
internal import RoostAPI

/// The command line tool, from its arguments to its exit status.
package enum RoostTool {
  /// Runs one command.
  /// - Parameter arguments: the arguments after the tool's name.
  /// - Returns: the exit status, as documented in roost(1); never 0 if data could not be written.
  package static func run(_ arguments: [String], in environment: CommandEnvironment) async -> Int32 {
    let words = ArgumentOrder.globalOptionsLast(arguments)
    let reporting = reportingOptions(words)
    let status = await carryOut(words, reporting, in: environment)
    guard let problem = environment.output.failure else { return status }
    reporting.report(
      FleetError(.internal, "the output is incomplete: it cannot be written: \(problem)"), in: environment)
    return status == ExitStatus.done.rawValue ? ExitStatus.failed.rawValue : status
  }

  private static func carryOut(
    _ words: [String], _ reporting: OutputOptions, in environment: CommandEnvironment
  ) async -> Int32 {
    do {
      if let answer = VirshCommand.answer(to: words) ?? UnavailableCommand.answer(to: words) { throw answer }
      if try Manual.answer(to: words, in: environment) { return ExitStatus.done.rawValue }
      try checkFirst(words)
      var command = try parse(words)
      if let verb = command as? any Verb {
        try await verb.run(in: environment)
      } else {
        try command.run()
      }
      return ExitStatus.done.rawValue
    } catch let ended as CommandExit {
      return ended.status.rawValue
    } catch let error as FleetError {
      reporting.report(error, in: environment)
      return ExitStatus(error.code).rawValue
    } catch let error as RPCError {
      let failure = FleetError(error)
      reporting.report(failure, in: environment)
      return ExitStatus(failure.code).rawValue
    } catch {
      return answer(error, reporting, in: environment)
    }
  }

  /// The command that the arguments name, with its values.
  ///
  /// The parser looks at every command of the tool before it looks at the arguments, which took a quarter of a short
  /// command's time. So the named command is found first and parses by itself; for help and errors, which name the
  /// whole path, the whole tool parses.
  static func parse(_ words: [String]) throws -> any ParsableCommand {
    var command: any ParsableCommand.Type = RoostCommand.self
    var rest = words[...]
    while let word = rest.first, let next = command.subcommand(named: word) {
      command = next
      rest = rest.dropFirst()
    }
    if command.configuration.subcommands.isEmpty, let parsed = try? command.parseAsRoot(Array(rest)),
      type(of: parsed) == command
    {
      return parsed
    }
    return try RoostCommand.parseAsRoot(words)
  }

  /// Refuses a first word that is not a command, and suggests the nearest one.
  private static func checkFirst(_ words: [String]) throws(FleetError) {
    guard let word = words.first, !word.hasPrefix("-") else { return }
    if word == "help" {
      try checkTopic(Array(words.dropFirst()))
      return
    }
    let known = RoostCommand.words
    guard !known.contains(word) else { return }
    let nearest = Spelling.nearest(to: word, among: known).map { "did you mean: roost \($0)" }
    throw .usage("\"\(word.printable)\" is not a roost command", hint: nearest ?? "roost --help")
  }

  /// Refuses help about a word that is not a command, which the parser would answer with the overview.
  private static func checkTopic(_ words: [String]) throws(FleetError) {
    var command: any ParsableCommand.Type = RoostCommand.self
    for word in words.prefix(while: { !$0.hasPrefix("-") }) {
      let below = command.configuration.subcommands
      guard let next = command.subcommand(named: word) else {
        if let answer = VirshCommand.answer(to: words) ?? UnavailableCommand.answer(to: words) { throw answer }
        // A single word may name a page of the manual.
        if words.count == 1 { return }
        let names = below.map { $0.configuration.commandName ?? "" }
        let nearest = Spelling.nearest(to: word, among: names).map { "did you mean: roost help \($0)" }
        throw .usage("there is no command \"\(word.printable)\"", hint: nearest ?? "roost --help")
      }
      command = next
    }
  }

  /// Handles an error of the parser: help and versions are data, the rest is wrong usage or a fault of Roost.
  private static func answer(_ error: any Error, _ reporting: OutputOptions, in environment: CommandEnvironment)
    -> Int32
  {
    let code = RoostCommand.exitCode(for: error)
    if code == .success {
      environment.output.writeLine(RoostCommand.fullMessage(for: error, columns: environment.output.columns))
      return ExitStatus.done.rawValue
    }
    let message = RoostCommand.message(for: error)
    guard code == .validationFailure else {
      let failure = FleetError(error)
      reporting.report(failure, in: environment)
      return ExitStatus(failure.code).rawValue
    }
    let usage = RoostCommand.fullMessage(for: error).split(separator: "\n").first { $0.hasPrefix("Usage: ") }
    reporting.report(ParserMessage(message, usage: usage.map { String($0.dropFirst(7)) } ?? "").error, in: environment)
    return ExitStatus.usage.rawValue
  }

  /// How to report errors before the arguments are parsed.
  private static func reportingOptions(_ words: [String]) -> OutputOptions {
    var options = OutputOptions()
    options.output = ArgumentOrder.asksForJSON(words) ? .json : .table
    options.quiet = false
    options.noColor = words.contains("--no-color")
    return options
  }
}

extension ParsableCommand {
  /// The command below this one with that name or alias.
  fileprivate static func subcommand(named word: String) -> (any ParsableCommand.Type)? {
    configuration.subcommands.first {
      $0.configuration.commandName == word || $0.configuration.aliases.contains(word)
    }
  }
}
