extension Mistake {
    /// Every wrong rule that is tried. To add one: a declaration in a file of this folder, and its
    /// line here.
    static let rules: [Mistake] = [
        anotherLoss, sampleWeightForgotten, binaryCrossentropyInnerSign,
        binaryCrossentropyTermMissing,

        differenceForDZ, activationDerivativeForgotten, activationDerivativeTwice,
        activationDerivativeAtA, anotherLayersPreActivation,
        activationDerivativeOfZAsA, softmaxDiagonal, tanhSquareMissing, sigmoidFactorMissing,
        maskOfTheGradient, maskInverted, activationForItsDerivative, anotherActivation,

        weightsNotTransposed, anotherLayersWeights, weightsAlreadyUpdated, outputGradientBack,
        branchForgotten, dropoutMaskForgotten, keepProbForgotten, batchNormMeansForgotten,
        layerNormMeansForgotten, layerNormWrongAxis, scaleForgotten, kernelTurned, paddingIgnored,
        maximumIgnored, maximaTied, windowSize, recurrentTermForgottenBack,
        recurrentWeightsNotTransposedBack, scoreScaleForgottenBack, slopeForgotten,
        flattenedInAnotherOrder, partsSwapped,

        outputForInput, preActivationForInput, outputBeforeDropout, anotherLayersOutput,
        outputGradientForParameter,
        sumOverEverything, sumOverTheWrongAxis, lastOnly, kernelGradientTurned,
        paddingIgnoredInWeights, averagedOverPlaces, inputForNormalized, rowsOverwritten,
        recurrentTermForgotten, recurrentWeightsNotTransposed, scoreScaleForgotten, slopeOfAll,
    ]
}
