import NeuralNetwork
import Testing

@testable import Checking

/// What is said, word for word, so that a change of wording is seen.
struct SentencesTests {
    @Test func `every sentence is one that is told`() {
        #expect(Sentences(Self.rules).names == Set(Mistake.rules.map(\.key)))
        #expect(
            Sentences(Self.factors).names
                == Set(Self.others.map { "\($0.0.name) \($0.1)" }))
    }

    @Test(arguments: Mistake.rules.map(\.key))
    func `a rule is told in a sentence`(key: String) throws {
        let rule = try #require(Mistake.rules.first { $0.key == key })
        let row = try #require(RulesTests.rows[key])
        let exercise = try row.exercise()
        let (step, variant) = try #require(row.made(by: rule, exercise).first)
        let told = rule.sentence(
            Telling(
                exercise: exercise, step: step, convention: .loss, detail: variant.detail,
                number: variant.direction == nil ? nil : 0.3, shown: .inputs))
        #expect(told == Sentences(Self.rules)[key])
    }

    @Test(arguments: Self.others.indices)
    func `another mistake is told in a sentence`(index: Int) throws {
        let (mistake, step, number) = Self.others[index]
        let exercise = try Exercise.twoLayers(
            .relu, penalty: Penalty(l2: 0.1, scale: .lambdaOver2m))
        let told = mistake.sentence(
            Telling(
                exercise: exercise, step: step, convention: .loss, detail: "", number: number,
                shown: .inputs))
        #expect(told == Sentences(Self.factors)["\(mistake.name) \(step)"])
    }

    private static let others: [(Mistake, Step, Double?)] = [
        (.oneOverMMissing, .parameter(1, 0), 5), (.oneOverMMissing, .output, 5),
        (.oneOverMTwice, .parameter(1, 0), 0.2), (.oneOverMAtEachLayer, .inputs(1), 0.2),
        (.sign, .output, -1), (.sign, .parameter(0, 0), -1), (.factorTwo, .parameter(0, 0), 2),
        (.factorHalf, .activation(0), 0.5), (.outputsAveraged, .output, 1 / 3),
        (.outputsSummed, .output, 3), (.elementsAveraged, .output, 1 / 15),
        (.unitsAveraged, .parameter(0, 0), 0.25), (.keepProbMissing, .inputs(1), 0.5),
        (.keepProbTwice, .inputs(1), 2), (.positionsAveraged, .output, 0.5),
        (.positionsSummed, .output, 2), (.weightsSum, .parameter(1, 0), 1.44),
        (.oneLess, .parameter(1, 0), 1.25), (.wrongAxisForM, .parameter(0, 0), 5 / 3),
        (.datasetSize, .parameter(1, 0), 0.05), (.unknownFactor, .parameter(1, 0), 1.7),
        (.zeros, .activation(0), nil), (.unknown, .output, nil), (.unknown, .activation(0), nil),
        (.unknown, .inputs(1), nil), (.unknown, .parameter(0, 1), nil),
        (.penaltyForgotten, .parameter(0, 0), 0), (.penaltyUnscaled, .parameter(0, 0), 5),
        (.penaltyTimesOneOverM, .parameter(0, 0), 0.2),
        (.penaltySubtracted, .parameter(0, 0), -1), (.penaltyWrongFactor, .parameter(0, 0), 2),
        (.penaltyOnBias, .parameter(0, 1), nil), (.transposed, .parameter(0, 0), nil),
        (.permutedUnits, .parameter(0, 0), nil),
    ]
}

extension SentencesTests {
    private static let rules = """
        A_before_dropout at parameter
            dW2 is made with the output before dropout. The layer was given the output
            after it: multiply by the same mask, and divide by keep_prob.
        A_for_A_prev at parameter
            dW3 is made with A3, the layer's output. It takes the layer's input:
            dZ3·A2ᵀ.
        A_minus_Y at activation
            dZ2 is A − Y, which holds for sigmoid with binary cross-entropy and for
            softmax with categorical cross-entropy alone. Here multiply dA2 by the
            derivative of tanh.
        A_prev_for_normalized at parameter
            dgamma2 is made with A1. γ multiplies x̂, what has been normalized:
            dgamma2 = Σ dZ2·x̂.
        U_not_transposed at inputs
            dA1 goes from one time step back to the one before with U as it is. On the
            way back U is transposed: dh of the step before gets Uᵀ·dZ.
        U_not_transposed at parameter
            dW2 goes from one time step back to the one before with U as it is. On the
            way back U is transposed: dh of the step before gets Uᵀ·dZ.
        W_already_updated at inputs
            dA1 is made with W2 after its update, with a learning rate of 0.3. First
            compute all derivatives, then update the weights.
        W_not_transposed at inputs
            dA1 is made with W2 as it is. On the way back W is transposed: dA1 =
            W2ᵀ·dZ2.
        Z_for_A_prev at parameter
            dW3 is made with Z1, before the activation. It takes what the layer was
            given: A2.
        activation_derivative_at_A at activation
            dZ2 takes the derivative of sigmoid at A2. Take it at Z2: A2 has been
            through sigmoid already.
        activation_derivative_forgotten at activation
            dZ1 leaves out the derivative of tanh: it is dA1 as it came. Multiply dA1
            by that derivative, number by number.
        activation_derivative_of_Z_as_A at activation
            dZ2 puts Z2 where A2 belongs: the derivative of sigmoid is A2·(1 − A2).
        activation_derivative_twice at activation
            dZ2 has the derivative of sigmoid in it twice. A − Y is dZ already, with
            the derivative in it: do not multiply by it again.
        activation_for_its_derivative at activation
            dZ1 multiplies dA1 by A1, and not by the derivative of tanh. Multiply by
            tanh's derivative at Z1.
        another_activation at activation
            dZ1 takes the derivative of relu, and the layer's activation is tanh. Take
            that of tanh.
        another_flatten_order at inputs
            dA2 has the right numbers, but put back in another order than they were
            flattened in. Reshape dA of flatten (layer 2) in the order of axes of A2.
        another_layers_A at parameter
            dW3 is made with X, which belongs to another layer. It takes what this
            layer was given: A2.
        another_layers_W at inputs
            dA1 is made with W3. It takes the layer's own weights: dA1 = W2ᵀ·dZ2.
        another_layers_Z at activation
            dZ2 takes the derivative of tanh at Z1. Take it at Z2, the layer's own.
        another_loss at output
            dZ2 is the derivative of another loss, mean_squared_error. Take the
            derivative of the loss that the request names.
        batch_norm_means_forgotten at inputs
            dA1 takes mean and variance of the batch for constants. They are made of
            the same examples, so their derivatives belong to it: dA1 = γ/√(σ² +
            ε)·(dA − mean(dA) − x̂·mean(dA·x̂)).
        binary_crossentropy_inner_sign at output
            The second term of dA2 has the wrong sign. dA is −Y/A + (1 − Y)/(1 − A).
        binary_crossentropy_term_missing at output
            dA2 is −Y/A alone: the term of the examples with Y = 0 is missing. dA is
            −Y/A + (1 − Y)/(1 − A).
        branch_forgotten at inputs
            dA1 leaves out what comes back through add. Where an output is used twice,
            the derivatives of both uses are added.
        dA_for_dZ at inputs
            dA1 is made of dA2, and has to be made of dZ2: dA1 = W2ᵀ·dZ2.
        dA_for_dZ at parameter
            dW2 is made of dA2, before the activation's derivative. Make it of dZ2.
        dW_turned at parameter
            dW2 has the right numbers, every kernel turned by 180°. dW2[i, j] adds up
            dZ[y, x] times the number of A1 that lay under W2[i, j]: no kernel is
            flipped there.
        db_over_everything at parameter
            db2 has one number in all places: the sum over the units too. Sum over the
            examples alone: each unit has its own.
        db_over_wrong_axis at parameter
            db1 is summed over the units, and has a number for each example. Sum over
            the examples: a number for each unit.
        dropout_mask_forgotten at inputs
            dA1 goes back past dropout's mask. What was dropped forward gets no
            derivative: multiply by the same mask.
        every_maximum at inputs
            dA1 gives dA of max_pooling2d (layer 1) to each of several equal maxima of
            a window. Give it to the first of them alone: relu leaves many windows
            that are 0 all over.
        gamma_forgotten at inputs
            dA1 leaves γ out. Forward multiplies by γ, so multiply dZ2 by it on the
            way back.
        keep_prob_forgotten at inputs
            dA1 is masked and not divided by keep_prob. Forward divides by keep_prob,
            so divide on the way back too.
        kernel_turned at inputs
            dA1 is made with every kernel of W2 turned by 180°. Each number of dZ2
            goes back with the kernel as it is, to the window that it came from: add
            W·dZ[y, x] to that window of dA1. To write that as a convolution of dZ2,
            flip the kernel along both axes, once.
        last_only at parameter
            dW3 has only the last example in it. Add up in the loop, with +=: = keeps
            the last alone.
        layer_norm_means_forgotten at inputs
            dA1 takes mean and variance of each example for constants. They are made
            of the same numbers, so their derivatives belong to it: dA1 = (d − mean(d)
            − x̂·mean(d·x̂))/√(σ² + ε), with d = γ·dZ2.
        layer_norm_wrong_axis at inputs
            dA1 takes its means over the examples, as batch normalization does. Layer
            normalization takes them over the features of each example.
        mask_inverted at activation
            dZ1 is 0 where Z1 > 0, and should be 0 where Z1 ≤ 0: turn relu's mask
            around.
        mask_of_dA at activation
            dZ1 is 0 where dA1 ≤ 0. relu's mask is of Z1: set it to 0 where Z1 ≤ 0.
        mask_of_dalpha_forgotten at parameter
            dalpha2 adds up over all numbers of A1. α is used only where A1 ≤ 0: add
            up over those.
        maximum_ignored at inputs
            dA1 gives dA of max_pooling2d (layer 1) to all places of a window. Only
            the place of the maximum gets it; the others get 0.
        padding_ignored at inputs
            dA1 is cut out at the wrong place: the zeros of the padding are still in
            it. Cut away the rows and columns that were padded, on both sides.
        padding_ignored at parameter
            dW2 is made with A1 as if nothing had been padded. Take the windows of the
            padded A1, as forward.
        parts_swapped at inputs
            dA1 gets another layer's part of dA of concatenate (layer 2). Cut dA of
            concatenate (layer 2) into its parts in the order in which they were
            joined.
        places_averaged at parameter
            dW2 is divided by the number of places of the image. Add up over all
            places and examples; only m divides the sum.
        recurrent_term_forgotten at inputs
            dA1 leaves out what comes back through the recurrence, from the time step
            after: each step's dh is that of its own output and Uᵀ times the next
            step's dZ, added.
        recurrent_term_forgotten at parameter
            dW2 leaves out what comes back through the recurrence, from the time step
            after: each step's dh is that of its own output and Uᵀ times the next
            step's dZ, added.
        rows_overwritten at parameter
            dW1 has only the last use of a row that is used several times. Add up over
            all uses, as np.add.at does: dW[X[t]] = dZ[t] overwrites, and so does
            dW[X] += dZ.
        sample_weight_forgotten at output
            dZ2 leaves the weights of the examples out. Multiply each example's
            derivative by its weight.
        score_scale_forgotten at inputs
            dA1 lacks the division by √key_dim of the scores. Forward divides Q·Kᵀ by
            √key_dim, so divide dQ and dK by it on the way back too.
        score_scale_forgotten at parameter
            dWq2 lacks the division by √key_dim of the scores. Forward divides Q·Kᵀ by
            √key_dim, so divide dQ and dK by it on the way back too.
        sigmoid_factor_missing at activation
            dZ1 multiplies by A alone, and the derivative of sigmoid is A·(1 − A):
            multiply by both.
        slope_forgotten at inputs
            dA1 is 0 where A1 ≤ 0. The slope there is α: multiply dZ2 by α.
        softmax_diagonal at activation
            dZ2 takes softmax's derivative for A·(1 − A), which is only its diagonal:
            every output of softmax depends on every Z. Use dZ = A∘(dA − Σₖ dAₖ·Aₖ),
            which with cross-entropy is A − Y.
        tanh_square_missing at activation
            dZ1 multiplies by 1 − A, and the derivative of tanh is 1 − A²: square A1.
        window_size at inputs
            dA1 gives the whole of dA of average_pooling2d (layer 1) to each place of
            a window. Forward takes the mean, so divide by the number of places under
            the window.
        """

    private static let factors = """
        dataset_size parameter(1, 0)
            dW2 is 0.05 times what it should be: as if the number of all examples had
            been taken for m. Divide by the m examples of this batch.
        elements_averaged output
            dZ2 is divided by the number of all elements, m times the outputs, on top
            of the right factor. Average over the examples alone.
        factor_half activation(0)
            dZ1 is half of what it should be. Look for a 2 that is missing, or a ½
            that does not belong.
        factor_two parameter(0, 0)
            dW1 is twice what it should be. Look for a 2 that does not belong, or a ½
            that is missing.
        keep_prob_missing inputs(1)
            dA1 lacks the division by keep_prob. What is divided by keep_prob forward
            is divided by it on the way back too.
        keep_prob_twice inputs(1)
            dA1 is divided by keep_prob once too often. Divide by it once, with the
            mask.
        m_minus_one parameter(1, 0)
            dW2 is divided by m − 1. The cost is a mean over m examples: divide by m.
        one_over_m_at_each_layer inputs(1)
            On the way to dA1 there is another division by m, so that every layer
            further back is m times smaller again. Take 1/m out of dA1: it belongs to
            dW and db, or to the last dZ.
        one_over_m_missing output
            dZ2 lacks the division by m: it is m times too large. Divide by m once,
            either here or in dW and db.
        one_over_m_missing parameter(1, 0)
            dW2 lacks the division by m: it is m times too large. Divide it by m,
            once, where it is summed over the examples.
        one_over_m_twice parameter(1, 0)
            dW2 is divided by m twice: it is m times too small. Keep 1/m at one place
            only: in dZ of the last layer, or in dW and db.
        outputs_averaged output
            dZ2 is divided by the number of outputs as well. This loss adds the
            outputs of an example up once: leave that division out.
        outputs_summed output
            dZ2 lacks the division by the number of outputs. This loss is the mean
            over the outputs of an example: divide by their number.
        penalty_forgotten parameter(0, 0)
            dW1 leaves the penalty out. Add its derivative, (λ/m)·W1, to the term of
            the data.
        penalty_on_b parameter(0, 1)
            db1 has a penalty's term in it. The penalty is on the weights alone: leave
            it out of db1.
        penalty_subtracted parameter(0, 0)
            In dW1 the penalty's term is subtracted. Add (λ/m)·W1.
        penalty_times_one_over_m parameter(0, 0)
            In dW1 the penalty's term is divided by m once too often. Divide only the
            data's term by m, then add (λ/m)·W1.
        penalty_unscaled parameter(0, 0)
            In dW1 the penalty's term lacks its 1/m. It is (λ/m)·W1.
        penalty_wrong_factor parameter(0, 0)
            In dW1 the penalty's term is 2 times what it should be. It is (λ/m)·W1.
        permuted_units parameter(0, 0)
            dW1 has the right numbers in another order of the units. Keep the units in
            the order of W1.
        positions_averaged output
            dZ2 is divided by the number of positions once too often. An example's
            loss is the mean over its positions: divide by their number once.
        positions_summed output
            dZ2 lacks the division by the number of positions. An example's loss is
            the mean over its positions.
        sign output
            dZ2 has the wrong sign: every number is the right one times −1. The
            derivative starts with A − Y, not with Y − A.
        sign parameter(0, 0)
            dW1 has the wrong sign: every number is the right one times −1. Look for a
            lost minus.
        transposed parameter(0, 0)
            dW1 is transposed: the numbers are right. dW1 has the shape of W1; swap
            rows and columns.
        units_averaged parameter(0, 0)
            dW1 is divided by the number of the layer's units. Sum over the examples
            and divide by m; nothing is averaged over the units.
        unknown activation(0)
            dZ1 is wrong, and no mistake that we know gives these numbers. Go through
            the line that computes dZ1 from dA1 and the derivative of relu.
        unknown inputs(1)
            dA1 is wrong, and no mistake that we know gives these numbers. Go through
            the line that computes dA1 from dZ2.
        unknown output
            dZ2 is wrong, and no mistake that we know gives these numbers. Go through
            the line that computes dZ2 or dA2 from A2 and Y.
        unknown parameter(0, 1)
            db1 is wrong, and no mistake that we know gives these numbers. Go through
            the line that computes db1 from dZ1.
        unknown_factor parameter(1, 0)
            dW2 is 1.7 times what it should be, and right but for that. Look for a
            factor that does not belong.
        weights_sum parameter(1, 0)
            dW2 is divided by the sum of the weights, and the cost divides by m.
            Divide by what the cost is divided by.
        wrong_axis_of_m parameter(0, 0)
            dW1 is divided by the length of another axis. m is the number of examples:
            look at which axis of X it is read from.
        zeros activation(0)
            dZ1 is all zeros. Has it been computed at all?
        """
}
